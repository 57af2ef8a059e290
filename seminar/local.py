"""What ``make run`` needs of this machine: a port, a folder of its own, a key in it.

Everything that can be wrong with them is one sentence for the person at the terminal.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import secrets
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

HOST = "127.0.0.1"
DEFAULT_PORT = 8000
LARGEST_PORT = 65535


class CannotRun(Exception):
    """Why Seminar cannot run here, and what to do, in one sentence."""


def port_from(text: str) -> int:
    """The port that ``PORT`` names."""
    if not text:
        return DEFAULT_PORT
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= LARGEST_PORT:
        raise CannotRun(f"PORT must be a number from 1 to {LARGEST_PORT}, not {text!r}.")
    return int(text)


def environment_for(given: Mapping[str, str], port: int) -> dict[str, str]:
    """``given`` with what a sample instance on ``port`` adds; what is set already stays."""
    ours = {"DEMO": "1", "SITE_URL": f"http://{HOST}:{port}"}
    return ours | {name: value for name, value in given.items() if value or name not in ours}


def check_port_is_free(port: int) -> None:
    """Raise ``CannotRun`` when something else listens on ``port``."""
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE:
            reason = "is taken by another program"
        else:
            reason = f"cannot be used ({problem.strerror})"
        raise CannotRun(
            f"port {port} {reason}: choose another one, as in make run PORT={port % 60000 + 1}."
        ) from None


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def _one_sentence(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise CannotRun(
            f"the data folder {folder} cannot be written ({problem.strerror}): "
            "choose another one, as in make run DATA_DIR=/some/folder."
        ) from None


def open_data_dir(folder: Path) -> None:
    """Make ``folder`` where it is missing, readable for its owner only."""
    with _one_sentence(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / "static").mkdir(exist_ok=True)


def lock_data_dir(folder: Path) -> IO[str]:
    """Reserve ``folder``: two workers and two beats on one folder would do everything twice.

    The reservation ends with the process, or when the file that is returned is closed.
    """
    with _one_sentence(folder):
        lock = (folder / "lock").open("a")
    try:
        fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # unlike flock, not held by children
    except OSError:
        lock.close()
        raise CannotRun(
            f"another make run is using the data folder {folder}: stop it, or choose another "
            "folder, as in make run DATA_DIR=/some/folder."
        ) from None
    return lock


def secret_key_in(folder: Path) -> str:
    """The key kept in ``folder``; made on the first call, readable for its owner only."""
    path = folder / "secret_key"
    with _one_sentence(folder):
        with contextlib.suppress(FileExistsError):
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as new:
                new.write(secrets.token_urlsafe(50))
        return path.read_text()
