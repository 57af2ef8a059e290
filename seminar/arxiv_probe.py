"""Whether arXiv can be reached from here, asked in a process that cannot hold anything up."""

from __future__ import annotations

import sys
import time
import urllib.error
import urllib.request

from seminar.supervisor import end_process, start_process

# A question that arXiv answers without searching.
QUESTION = "?id_list=1706.03762&max_results=1"
STEP_SECONDS = 1.2  # to connect, and again to answer
PATIENCE_SECONDS = 2.4
SAID_BY_ARXIV = (429, 503)  # asked too often, busy; other errors may be a gateway's on the way


def answers(api_url: str, *, seconds: float = STEP_SECONDS) -> bool:
    """Whether an API that takes arXiv's questions can be reached at ``api_url``."""
    try:
        with urllib.request.urlopen(api_url + QUESTION, timeout=seconds) as response:  # noqa: S310
            return b"<feed" in response.read(2000)
    except urllib.error.HTTPError as refusal:
        return refusal.code in SAID_BY_ARXIV
    except TimeoutError:
        return True  # connected, and slow to answer; one that does not connect is a URLError
    except (OSError, ValueError):
        return False


class Probe:
    """One question, asked in the background from the moment this is made.

    A process and not a thread, because looking up a name cannot be interrupted, and because the
    supervisor forks.
    """

    def __init__(self, api_url: str) -> None:
        self._process = start_process("arXiv probe", _exit_with_answer, api_url)
        self._deadline = time.monotonic() + PATIENCE_SECONDS

    def finished(self) -> bool:
        """Whether the answer is there, or it is too late for one."""
        return not self._process.is_alive() or time.monotonic() > self._deadline

    def reached(self) -> bool:
        """Wait for the end, and say whether arXiv answered."""
        end_process(self._process, grace=self._deadline - time.monotonic())
        return self._process.exitcode == 0


def _exit_with_answer(api_url: str) -> None:
    sys.exit(0 if answers(api_url) else 1)
