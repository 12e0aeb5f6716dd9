"""Collecting from nbgrader's exchange, a folder in which every student may write what and under what name he likes."""

import os
import re
import secrets
from datetime import datetime
from pathlib import Path
from stat import S_ISREG

from nbgrader.exchange.default import ExchangeCollect

try:
    import pwd
except ImportError:  # Windows, where nbgrader has no exchange
    pwd = None

LARGEST = 20_000_000  # bytes of a submission that is opened at all
SECRET = "submission_secret.txt"  # names the student's page of feedback in the exchange; nbgrader stops without one


class Collect(ExchangeCollect):
    """`nbgrader collect`, where a folder is its owner's whatever its name says, and nothing is read through a link.

    nbgrader itself only warns when a folder of one student bears another's name, and hands it in for the other. It also
    follows links, as the instructor: to the solutions, or to another's work. Where all students have one user id, in
    containers say, set `c.ExchangeCollect.check_owner = False`; the name counts then.
    """

    def _path_to_record(self, path):
        try:
            record = super()._path_to_record(path)
        except Exception:  # a name that is none of nbgrader's: the oldest that this student handed in
            record = {"filename": os.path.basename(path), "timestamp": datetime(1970, 1, 1), "username": None}
        if self.check_owner or not record["username"]:
            owner = _name(os.lstat(path).st_uid)
            if record["username"] != owner:
                self.log.error("%s was handed in by %s, and counts as %s's", path, owner, owner)
            record["username"] = owner
        return record

    def do_copy(self, src, dest, log=None):
        """Copy the notebooks that stand in a submission's folder, with a time and a secret, and no more than 20 MB."""
        os.makedirs(dest)
        try:
            folder = os.open(src, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError as reason:
            self.log.error("%s is not taken: %s", src, reason.strerror)
            return
        try:
            left = LARGEST + 1
            for name in sorted(os.listdir(folder)):
                if name.endswith(".ipynb") and left > 0:
                    content = self._content(folder, name, left)
                    if content is not None:
                        Path(dest, name).write_bytes(content)
                        left -= len(content)
            secret = (self._content(folder, SECRET, 1000) or b"").decode("ascii", "replace")
        finally:
            os.close(folder)
        time = self._path_to_record(src)["timestamp"]
        Path(dest, "timestamp.txt").write_text(f"{time:%Y-%m-%d %H:%M:%S.%f} UTC", encoding="ascii")
        Path(dest, SECRET).write_text(secret if re.fullmatch("[0-9a-f]{32,}", secret) else new_secret(), "ascii")

    def _content(self, folder, name, most):
        """Up to so many bytes of a plain file in an open folder; None, and a line in the log, for anything else."""
        try:
            with open(os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder), "rb") as file:
                about = os.fstat(file.fileno())
                if S_ISREG(about.st_mode) and (about.st_uid == os.fstat(folder).st_uid or not self.check_owner):
                    return file.read(most)
            reason = "no plain file of the student's own"
        except OSError as error:
            reason = error.strerror
        self.log.error("%s is not taken: %s", name, reason)
        return None


def new_secret():
    """A secret as nbgrader's submit makes them."""
    return secrets.token_hex(64)


def _name(user):
    """The name of a user id, or the id where it has none."""
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)
