"""``make run`` as a test sees it: real processes, watched from outside."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from seminar.local import free_port
from seminar.orphans import die_with_parent

ROOT = Path(__file__).resolve().parent.parent
# A proxy that is not there: the instance cannot reach arXiv, whatever network there is.
NO_NETWORK = {"https_proxy": "http://127.0.0.1:9", "no_proxy": "127.0.0.1,localhost"}

READY_SECONDS = 120


@dataclass
class Instance:
    """A running instance, its parent process and what it printed so far."""

    port: int
    data_dir: Path
    process: subprocess.Popen[bytes]
    printed_to: Path

    @property
    def printed(self) -> str:
        """All that it printed so far."""
        return self.printed_to.read_text()

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        """Status and body of a GET request; raises ``OSError`` when nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def health(self) -> dict[str, str]:
        """What ``/healthz`` answers; empty when nobody does."""
        try:
            parts: dict[str, str] = json.loads(self.get("/healthz")[1])
        except OSError:
            return {}
        return parts

    def processes(self) -> list[psutil.Process]:
        """The parent and all that descends from it."""
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]

    def find(self, title: str) -> list[psutil.Process]:
        """Its processes whose title, as ``ps`` shows it, contains ``title``."""
        found = []
        for process in self.processes():
            try:
                if title in " ".join(process.cmdline()):
                    found.append(process)
            except psutil.NoSuchProcess:
                continue
        return found

    def wait_until_ready(self) -> None:
        """Wait until it says that it is running."""
        deadline = time.monotonic() + READY_SECONDS
        while "running on" not in self.printed:
            assert self.process.poll() is None, f"it ended:\n{self.printed}"
            assert time.monotonic() < deadline, f"it is not ready:\n{self.printed}"
            time.sleep(0.02)

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> int:
        """Send ``sign`` to the parent, wait for its end; gives its exit code."""
        self.process.send_signal(sign)
        return self.process.wait(30)


@contextmanager
def running_instance(
    environ: dict[str, str], command: Sequence[str] = ("-m", "seminar.run")
) -> Iterator[Instance]:
    """Start an instance in ``environ`` and wait until it is ready; stopped at the end."""
    port = free_port()
    data_dir = Path(environ["DATA_DIR"])
    printed_to = data_dir.with_name(f"{data_dir.name}-{port}.log")
    with printed_to.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=environ | {"PORT": str(port)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent,
        )
    instance = Instance(port, data_dir, process, printed_to)
    try:
        instance.wait_until_ready()
        yield instance
    finally:
        if process.poll() is None:
            instance.stop()


def run_to_its_end(environ: dict[str, str], **options: Any) -> subprocess.CompletedProcess[str]:
    """Run ``make run``'s command in ``environ`` where it is expected to end by itself."""
    return subprocess.run(
        [sys.executable, "-m", "seminar.run"],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        **options,
    )
