"""The site that runs the series in a browser: `python -m tools.lite` builds it."""
