"""The second study: does training obey the argument? `table` declares it, `mechanism` looks into trained networks."""

from .table import STUDY
