"""Processes that do not outlive the one that started them, however it ended.

The kernel is asked (``PR_SET_PDEATHSIG``, see prctl(2)), which only Linux offers; elsewhere an
orderly stop still ends every process, and only ``kill -9`` of the parent leaves some behind.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None) if sys.platform.startswith("linux") else None
_forking_pid = 0


def die_with_parent(sign: signal.Signals = signal.SIGKILL) -> None:
    """Have the kernel send ``sign`` to this process when its parent dies."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, int(sign))


def end_descendants_with_parents() -> None:
    """From now on every process forked from here, and from those, dies with its parent."""
    os.register_at_fork(before=_remember_who_forks, after_in_child=_follow_parent)


def _remember_who_forks() -> None:
    global _forking_pid
    _forking_pid = os.getpid()


def _follow_parent() -> None:
    die_with_parent()
    if _libc is not None and os.getppid() != _forking_pid:
        os._exit(1)  # it died before the kernel was asked
