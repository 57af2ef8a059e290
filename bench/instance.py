"""A scratch instance to be measured: its data in a temporary folder, served as in production."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from seminar.local import HOST, free_port
from tests.scratch import MissingProgramError, scratch_postgresql

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60.0


@dataclass(frozen=True)
class Instance:
    """A prepared data folder."""

    environment: dict[str, str]
    contents: dict[str, Any]  # what ``prepare_bench`` says


@dataclass(frozen=True)
class Serving:
    """The instance, being served."""

    instance: Instance
    port: int
    process: psutil.Process

    def cpu_seconds(self) -> float:
        """CPU time of the server's processes so far."""
        processes = [self.process, *self.process.children(recursive=True)]
        return sum(times.user + times.system for one in processes if (times := one.cpu_times()))


@contextmanager
def empty_instance(*, database_url: str = "") -> Iterator[Instance]:
    """An instance with nothing in it, on SQLite unless told otherwise; gone with the context."""
    folder = Path(tempfile.mkdtemp(prefix="seminar-bench-"))
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(folder),
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "SECRET_KEY": "for measuring only",
        "SITE_URL": f"http://{HOST}",
    }
    try:
        yield Instance(environment, {})
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def scratch_instance(**sizes: int) -> Iterator[Instance]:
    """An instance of that size, gone with the context."""
    with empty_instance() as empty:
        options = [f"--{name.replace('_', '-')}={number}" for name, number in sizes.items()]
        prepared = subprocess.run(
            [sys.executable, "manage.py", "prepare_bench", *options],
            cwd=ROOT,
            env=empty.environment,
            check=True,
            stdout=subprocess.PIPE,
        )
        yield Instance(empty.environment, json.loads(prepared.stdout.splitlines()[-1]))


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """The names of the databases to measure on, with their addresses; SQLite's is its default."""
    try:
        with scratch_postgresql() as url:
            yield {"sqlite": "", "postgresql": url}
    except MissingProgramError as missing:
        print(f"not on PostgreSQL: {missing}")
        yield {"sqlite": ""}


def manage(instance: Instance, command: str, *arguments: str) -> dict[str, Any]:
    """What a command of ``bench/management`` says of the instance."""
    done = subprocess.run(
        [sys.executable, "manage.py", command, *arguments],
        cwd=ROOT,
        env=instance.environment,
        check=True,
        stdout=subprocess.PIPE,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@contextmanager
def served(instance: Instance) -> Iterator[Serving]:
    """Serve it on a free port of loopback, with the web server's own settings."""
    port = free_port()
    environment = instance.environment | {"SITE_URL": f"http://{HOST}:{port}"}
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.serve", str(port)], cwd=ROOT, env=environment
    )
    try:
        _wait_until_it_answers(port, process)
        yield Serving(instance, port, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait(10)


def _wait_until_it_answers(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection(HOST, port, timeout=5)
        try:
            connection.request("GET", "/bench/nothing/")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
        if process.poll() is not None:
            break
    raise RuntimeError("the server did not start; the reason stands above")
