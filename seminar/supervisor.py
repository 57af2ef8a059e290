"""One parent for several processes: starts them, restarts what dies, stops all of them."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from select import select
from types import FrameType
from typing import Any

from setproctitle import setproctitle

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
GRACE_SECONDS = 6.0  # for finishing a request or a short task; longer ones are found and done again
CALM_SECONDS = 60.0  # a process that lived this long starts again at once
LONGEST_PAUSE = 30.0

# Forked from a parent that has loaded everything, processes start at once and share its memory.
# Forking is not safe everywhere; where it is not, each process loads for itself.
START_METHOD = "fork" if sys.platform.startswith("linux") else "spawn"


def pause_before_restart(deaths: int) -> float:
    """Seconds to wait after the ``deaths``-th death in a row: 0, 1, 2, 4 ... 30."""
    return 0.0 if deaths <= 1 else min(2.0 ** min(deaths - 2, 10), LONGEST_PAUSE)


def describe_end(exit_code: int) -> str:
    """``killed by SIGKILL`` or ``ended with code 1``, from a process's exit code."""
    if exit_code >= 0:
        return f"ended with code {exit_code}"
    try:
        return f"killed by {signal.Signals(-exit_code).name}"
    except ValueError:
        return f"killed by signal {-exit_code}"


@dataclass
class Child:
    """A process that should be running."""

    name: str
    target: Callable[..., None]
    arguments: tuple[Any, ...]
    process: BaseProcess | None = None
    started_at: float = 0.0
    deaths: int = 0
    start_at: float = 0.0


@dataclass
class Supervisor:
    """Keeps its children running until a stop signal; ``say`` tells a person what happens."""

    say: Callable[[str], None]
    stopping: bool = False
    children: list[Child] = field(default_factory=list)
    _wake: socket.socket = field(init=False)

    def __post_init__(self) -> None:
        self._wake, ring = socket.socketpair()
        for end in (self._wake, ring):
            end.settimeout(0)
        self._ring = ring
        signal.set_wakeup_fd(ring.fileno(), warn_on_full_buffer=False)
        for sign in STOP_SIGNALS:
            signal.signal(sign, self._ask_to_stop)
        # Never called for its own sake: its being there makes a child's death wake the parent.
        signal.signal(signal.SIGCHLD, lambda _sign, _frame: None)

    def _ask_to_stop(self, _sign: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def add(self, name: str, target: Callable[..., None], *arguments: Any) -> None:
        """Start ``target(*arguments)`` in a process of its own and keep it running."""
        child = Child(name, target, arguments)
        self.children.append(child)
        self._start(child)

    def run_once(self, name: str, target: Callable[..., None], *arguments: Any) -> int:
        """Run ``target`` in a process of its own to its end; gives its exit code.

        A stop signal ends it early.
        """
        process = start_process(name, target, *arguments)
        while process.is_alive() and not self.stopping:
            self.rest(1.0)
        end_process(process, grace=GRACE_SECONDS)
        return process.exitcode or 0

    def watch(self, look: Callable[[], float]) -> None:
        """Restart what dies until asked to stop; ``look`` says for how long to rest."""
        while not self.stopping:
            for child in self.children:
                self._look_after(child)
            self.rest(look())

    def rest(self, seconds: float) -> None:
        """Wait, but no longer than until a child dies or a signal comes."""
        select([self._wake], [], [], seconds)
        with contextlib.suppress(BlockingIOError):
            self._wake.recv(4096)

    def stop(self) -> None:
        """End all children together: politely first, then for good."""
        for child in self.children:
            if child.process is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child.process.pid or 0, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        for child in self.children:
            if child.process is not None:
                end_process(child.process, grace=deadline - time.monotonic())
        self.children.clear()

    def _start(self, child: Child) -> None:
        child.process = start_process(child.name, child.target, *child.arguments)
        child.started_at = time.monotonic()

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is None:
            if now >= child.start_at:
                self._start(child)
        elif not child.process.is_alive():
            lived = now - child.started_at
            child.deaths = 1 if lived > CALM_SECONDS else child.deaths + 1
            pause = pause_before_restart(child.deaths)
            ending = describe_end(child.process.exitcode or 0)
            when = f"in {pause:.0f} s" if pause else "now"
            self.say(f"The {child.name} process {ending}; starting it again {when}.")
            end_process(child.process, grace=0)
            child.process = None
            child.start_at = now + pause


def start_process(name: str, target: Callable[..., None], *arguments: Any) -> BaseProcess:
    """Start ``target(*arguments)`` as the leader of a process group of its own."""
    context: Any = multiprocessing.get_context(START_METHOD)
    process: BaseProcess = context.Process(target=_begin, name=name, args=(name, target, arguments))
    process.start()
    return process


def end_process(process: BaseProcess, *, grace: float) -> None:
    """Wait ``grace`` seconds for the process to end, then kill it and all that it started."""
    deadline = time.monotonic() + grace
    # Not join(): that waits for a pipe which the process's own children hold open as well.
    while process.is_alive() and time.monotonic() < deadline:
        time.sleep(0.02)
    process.kill()
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid or 0, signal.SIGKILL)
    process.join()


def _begin(name: str, target: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    """What a child does first: leave the parent's group, forget its signal handlers."""
    os.setpgid(0, 0)
    signal.set_wakeup_fd(-1)
    for sign in (*STOP_SIGNALS, signal.SIGCHLD):
        signal.signal(sign, signal.SIG_DFL)
    setproctitle(f"seminar {name}")
    target(*arguments)
