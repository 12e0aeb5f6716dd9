"""JupyterHub for a class in which everybody is a user of this machine. Run as root: jupyterhub --config THIS FILE.

Passwords are the machine's own (PAM). Each server runs as its user, who sees what the file system lets that user see.
"""

import sys
from pathlib import Path

c = get_config()  # noqa: F821  JupyterHub puts it there

ENVIRONMENT = Path(sys.prefix)  # where JupyterHub, JupyterLab, nbgrader and lstm_teach are installed, for all to read

# A web server with a certificate hands on to this address. With `subdomain_host`, and a name in the DNS for
# *.hub.example.org, each user has an origin of their own; on one origin a student's pages could act as the instructor.
c.JupyterHub.bind_url = "http://127.0.0.1:8000"
# c.JupyterHub.subdomain_host = "https://hub.example.org"

c.JupyterHub.authenticator_class = "pam"
c.LocalAuthenticator.allowed_groups = {"lstm-gates"}  # the class, the instructor too, as a group of this machine
c.Spawner.cmd = [str(ENVIRONMENT / "bin" / "jupyterhub-singleuser")]
c.Spawner.environment = {"PATH": f"{ENVIRONMENT / 'bin'}:/usr/local/bin:/usr/bin:/bin"}
c.Spawner.default_url = "/lab"
# JupyterHub lets no page stand in a frame; the formgrader is one in JupyterLab. It may, in a page of the same origin.
c.Spawner.args = ["--ServerApp.tornado_settings={'headers': {'Content-Security-Policy': \"frame-ancestors 'self'\"}}"]
