"""Several people who press at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from django.db import connections

from readings.core.refusals import Refusal


def at_once(actions: Sequence[Callable[[], object]]) -> list[object]:
    """What came of each action, a value or a refusal, all begun in the same moment."""
    start = threading.Barrier(len(actions))

    def run(action: Callable[[], object]) -> object:
        try:
            start.wait(timeout=30)
            return action()
        except Refusal as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))
