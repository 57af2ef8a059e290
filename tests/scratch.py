"""Scratch servers for tests: a PostgreSQL and a Redis of our own, gone with the process.

Nothing here listens on a network address: both answer on a Unix socket in a temporary folder.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from seminar.orphans import die_with_parent


class MissingProgramError(Exception):
    """A server's program is not on this machine; the text says what to install."""


def find_program(name: str, *, package: str, folders: str = "") -> Path:
    """Where ``name`` is: on the path, or in one of ``folders`` (a glob below ``/usr/lib``)."""
    found = shutil.which(name)
    if found:
        return Path(found)
    if folders:
        for folder in sorted(Path("/usr/lib").glob(folders), reverse=True):
            if (folder / name).exists():
                return folder / name
    raise MissingProgramError(f"{name} is not on this machine: install the package {package}")


def wait_until(condition: Callable[[], Any], *, seconds: float = 45, what: str = "") -> Any:
    """The first true value of ``condition()``; fails when it stays false for ``seconds``."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what or condition}")
        time.sleep(0.02)


def stop(process: subprocess.Popen[Any], sign: signal.Signals, *, seconds: float = 10) -> None:
    """Send ``sign``, wait, and kill what is still there."""
    if process.poll() is None:
        process.send_signal(sign)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def scratch_folder(owner: int | None = None) -> Iterator[Path]:
    """A temporary folder with a path short enough for a Unix socket (107 bytes)."""
    folder = Path(tempfile.mkdtemp(prefix="seminar-", dir="/tmp"))
    try:
        if owner is not None:
            os.chown(folder, owner, -1)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged_user() -> pwd.struct_passwd | None:
    """Who runs PostgreSQL, which refuses root: nobody in particular, else ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise MissingProgramError("PostgreSQL does not run as root and there is no other user")


@contextmanager
def scratch_postgresql() -> Iterator[str]:
    """A new PostgreSQL; gives its ``DATABASE_URL``.

    Raises ``MissingProgramError``.
    """
    initdb = find_program("initdb", package="postgresql", folders="postgresql/*/bin")
    server = initdb.resolve().parent / "postgres"
    user = _unprivileged_user()
    who: dict[str, Any] = {"user": user.pw_uid, "group": user.pw_gid} if user else {}
    with scratch_folder(owner=user.pw_uid if user else None) as folder:
        rows = folder / "rows"
        log = folder / "log"
        with log.open("wb") as output:
            options = {"cwd": folder, "stdout": output, "stderr": output, **who}
            subprocess.run(
                [initdb, *f"-D {rows} -U seminar -A trust -E UTF8 --locale=C.UTF-8 -N".split()],
                check=True,
                **options,
            )
            switches = f"-D {rows} -k {folder} -c listen_addresses= -c fsync=off "
            switches += "-c synchronous_commit=off -c full_page_writes=off "
            switches += "-c max_connections=60 -c shared_buffers=64MB"
            process = subprocess.Popen(
                [server, *switches.split()],
                stdin=subprocess.DEVNULL,
                preexec_fn=partial(die_with_parent, signal.SIGINT),
                **options,
            )
        try:
            _wait_for_lock_file(rows / "postmaster.pid", process, log)
            yield f"postgres://seminar@{quote(str(folder), safe='')}/postgres"
        finally:
            stop(process, signal.SIGINT)  # "fast": open transactions are rolled back


def _wait_for_lock_file(
    lock_file: Path, process: subprocess.Popen[Any], log: Path, *, seconds: float = 20
) -> None:
    """PostgreSQL writes ``ready`` on the last line of its lock file when it takes connections."""

    def ready() -> bool:
        if process.poll() is not None:
            raise AssertionError(f"PostgreSQL did not start:\n{log.read_text()}")
        return lock_file.exists() and lock_file.read_text().rstrip().endswith("ready")

    wait_until(ready, seconds=seconds, what="PostgreSQL takes connections")


@contextmanager
def scratch_redis() -> Iterator[str]:
    """A new Redis that keeps nothing; gives its ``CELERY_BROKER_URL``.

    Raises ``MissingProgramError``.
    """
    program = find_program("redis-server", package="redis-server")
    with scratch_folder() as folder:
        socket = folder / "redis.sock"
        process = subprocess.Popen(
            [program, "--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            preexec_fn=partial(die_with_parent, signal.SIGTERM),
        )
        try:
            wait_until(socket.exists, what="Redis takes connections")
            yield f"redis+socket://{socket}"
        finally:
            stop(process, signal.SIGTERM)
