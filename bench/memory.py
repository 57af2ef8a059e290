"""How much memory ``make run`` takes when nobody does anything."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from bench.instance import ROOT
from seminar.local import HOST, free_port
from seminar.run import ask_health

START_SECONDS = 120.0
SETTLE_SECONDS = 8.0  # until the papers of the sample course are fetched and read
MIB = 1024 * 1024


def idle_memory() -> dict[str, float]:
    """MiB of each process of a fresh sample instance, and ``total``.

    Counted is the proportional set size: what processes share is divided among them, so that the
    sum is what the machine has to have.  Linux only.
    """
    folder = Path(tempfile.mkdtemp(prefix="seminar-bench-"))
    port = free_port()
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder), "PORT": str(port)}
    parent = subprocess.Popen(
        [sys.executable, "-m", "seminar.run"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        _wait_until_ready(port, parent)
        _wait_until_quiet(parent.pid)
        return _sizes(parent.pid)
    finally:
        parent.send_signal(signal.SIGINT)
        parent.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _sizes(pid: int) -> dict[str, float]:
    sizes: dict[str, float] = {}
    top = psutil.Process(pid)
    for one in [top, *top.children(recursive=True)]:
        name = " ".join(one.cmdline())[:40] or one.name()
        if one.pid == pid:
            name = "parent"
        sizes[name] = sizes.get(name, 0.0) + one.memory_full_info().pss / MIB
    return sizes | {"total": sum(sizes.values())}


def _wait_until_ready(port: int, parent: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and parent.poll() is None:
        parts = ask_health(port, f"http://{HOST}:{port}")
        if parts and "down" not in parts.values():
            return
        time.sleep(0.2)
    raise RuntimeError("the instance did not become ready; the reason stands above")


def _wait_until_quiet(pid: int) -> None:
    """Until the processes have used next to no CPU for a while."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        before = _cpu_seconds(pid)
        time.sleep(SETTLE_SECONDS)
        if _cpu_seconds(pid) - before < 0.05 * SETTLE_SECONDS:
            return


def _cpu_seconds(pid: int) -> float:
    top = psutil.Process(pid)
    total = 0.0
    for one in [top, *top.children(recursive=True)]:
        try:
            times = one.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total
