"""The parent of processes: when it starts them again, and how it ends them."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seminar.supervisor import LONGEST_PAUSE, describe_end, pause_before_restart
from tests.scratch import wait_until

ROOT = Path(__file__).resolve().parent.parent.parent

# A child that ignores being asked to end, and has a child of its own.
STUBBORN = """
import signal, subprocess, sys, time
from seminar.supervisor import end_process, start_process

def stay():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print(subprocess.Popen(["sleep", "600"]).pid, flush=True)
    time.sleep(600)

if __name__ == "__main__":
    process = start_process("stubborn", stay)
    print(process.pid, flush=True)
    sys.stdin.readline()
    end_process(process, grace=0.1)
"""


def test_the_first_death_is_no_reason_to_wait() -> None:
    assert pause_before_restart(1) == 0
    assert [pause_before_restart(deaths) for deaths in (2, 3, 4)] == [1, 2, 4]


@given(deaths=st.integers(min_value=1, max_value=10_000))
def test_pauses_grow_up_to_a_limit(deaths: int) -> None:
    assert pause_before_restart(deaths) <= pause_before_restart(deaths + 1) <= LONGEST_PAUSE


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0, "ended with code 0"),
        (3, "ended with code 3"),
        (-signal.SIGKILL, "killed by SIGKILL"),
        (-99, "killed by signal 99"),
    ],
)
def test_an_end_is_told_in_words(code: int, words: str) -> None:
    assert describe_end(code) == words


@pytest.mark.processes
def test_a_stubborn_process_is_killed_with_all_that_it_started(tmp_path: Path) -> None:
    script = tmp_path / "stubborn.py"
    script.write_text(STUBBORN)
    with subprocess.Popen(
        [sys.executable, script],
        env={"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        both = [psutil.Process(int(parent.stdout.readline())) for _ in range(2)]

        parent.communicate("end it\n", timeout=20)

    assert parent.returncode == 0
    wait_until(
        lambda: (
            not any(
                process.is_running() and process.status() != psutil.STATUS_ZOMBIE
                for process in both
            )
        ),
        what="both are gone",
    )
