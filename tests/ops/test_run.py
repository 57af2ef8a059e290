"""``make run`` with real processes: what it starts, what it survives, what it leaves behind."""

from __future__ import annotations

import contextlib
import shutil
import signal
import stat
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import pytest

from seminar.local import free_port
from tests.instances import NO_NETWORK, Instance, run_to_its_end, running_instance
from tests.scratch import wait_until
from tests.servers import Environ

pytestmark = pytest.mark.processes

EVERYTHING_OK = {"status": "ok", "database": "ok", "queue": "ok", "storage": "ok"}
MIB = 1024 * 1024


@dataclass(frozen=True)
class FirstRun:
    """An instance that was started on an empty folder and stopped with Ctrl-C."""

    environ: dict[str, str]
    health: dict[str, str]
    left_over: list[psutil.Process]
    exit_code: int

    def copy(self, folder: Path, **switches: str) -> dict[str, str]:
        """The environment of another instance that begins with what this one left."""
        shutil.copytree(self.environ["DATA_DIR"], folder)
        return self.environ | switches | {"DATA_DIR": str(folder)}


@pytest.fixture(scope="module")
def first_run(environ: Environ) -> FirstRun:
    environment = environ(**NO_NETWORK)
    with running_instance(environment) as instance:
        health, processes = instance.health(), instance.processes()
        exit_code = instance.stop(signal.SIGINT)
        left_over = [process for process in processes if not is_gone(process)]
    return FirstRun(environment, health, left_over, exit_code)


@pytest.fixture(scope="module")
def instance(first_run: FirstRun, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """A running instance, on its second start, for the tests that leave it running."""
    folder = tmp_path_factory.mktemp("second") / "data"
    with running_instance(first_run.copy(folder)) as running:
        yield running
        assert running.stop(signal.SIGTERM) == 0


def is_gone(process: psutil.Process) -> bool:
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_first_start_ends_with_everything_answering(first_run: FirstRun) -> None:
    assert first_run.health == EVERYTHING_OK


def test_nothing_is_left_after_ctrl_c(first_run: FirstRun) -> None:
    assert first_run.left_over == []
    assert first_run.exit_code == 0


def test_a_second_start_collects_nothing_anew(first_run: FirstRun, instance: Instance) -> None:
    stamps = [
        (Path(folder) / "static.stamp").stat().st_mtime_ns
        for folder in (first_run.environ["DATA_DIR"], instance.data_dir)
    ]

    assert stamps[0] == stamps[1]


def test_every_part_answers_when_it_says_it_is_running(instance: Instance) -> None:
    assert instance.health() == EVERYTHING_OK
    assert f"running on http://127.0.0.1:{instance.port}" in instance.printed
    assert "sample instructor" in instance.printed


def test_the_data_folder_keeps_its_secrets(instance: Instance) -> None:
    key = instance.data_dir / "secret_key"

    assert len(key.read_text()) >= 50
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_a_stand_in_answers_where_arxiv_cannot_be_reached(instance: Instance) -> None:
    assert "arXiv cannot be reached" in instance.printed
    (stand_in,) = instance.find("arXiv stand-in")
    (listening,) = wait_until(
        lambda: [place for place in stand_in.net_connections() if place.status == "LISTEN"],
        what="the stand-in listens",
    )

    at_its_door = Instance(
        listening.laddr.port, instance.data_dir, instance.process, instance.printed_to
    )
    status, feed = at_its_door.get("/api/query?id_list=2310.03714")

    assert (status, listening.laddr.ip) == (200, "127.0.0.1")
    assert b"DSPy" in feed


def test_idle_it_takes_at_most_250_mib_in_all(instance: Instance) -> None:
    def shares_when_idle() -> list[int]:
        # A process that reads a PDF comes and goes.
        with contextlib.suppress(psutil.NoSuchProcess):
            shares = [process.memory_full_info().pss for process in instance.processes()]
            return shares if len(shares) == 7 else []
        return []

    # Parent, stand-in, web and its two, worker, beat.
    shares = wait_until(shares_when_idle, what="nothing is read any more, and seven are left")

    assert len(shares) == 7
    assert sum(shares) < 250 * MIB


@pytest.mark.parametrize("title", ["celeryd", "celery beat", "web worker-1", "seminar web"])
def test_a_killed_process_is_started_again(instance: Instance, title: str) -> None:
    # A worker gives itself its name a moment after it has begun.
    before = wait_until(lambda: instance.find(title), what=f"{title} is there")
    victim = before[0]

    victim.kill()

    wait_until(lambda: is_gone(victim), what=f"{title} is gone")
    wait_until(
        lambda: len(instance.find(title)) == len(before) and victim not in instance.find(title),
        what=f"{title} is back",
    )
    wait_until(lambda: instance.health() == EVERYTHING_OK, what="everything is well")


def test_a_taken_port_is_one_sentence(instance: Instance, environ: Environ) -> None:
    ended = run_to_its_end(environ(PORT=str(instance.port)))

    assert ended.returncode == 1
    assert ended.stderr.startswith(f"Seminar: port {instance.port} is taken by another program")
    assert len(ended.stderr.splitlines()) == 1


def test_a_data_folder_in_use_is_one_sentence(instance: Instance, environ: Environ) -> None:
    ended = run_to_its_end(environ(DATA_DIR=str(instance.data_dir), PORT=str(free_port())))

    assert ended.returncode == 1
    assert ended.stderr.startswith("Seminar: another make run is using the data folder")
    assert len(ended.stderr.splitlines()) == 1


def test_an_unusable_database_is_one_sentence(environ: Environ) -> None:
    ended = run_to_its_end(
        environ(
            PORT=str(free_port()),
            DATABASE_URL="postgres://nobody@127.0.0.1:9/nothing",
            **NO_NETWORK,
        )
    )

    assert ended.returncode == 1
    assert ended.stderr.startswith("Seminar: the database cannot be used")
    assert "Traceback" not in ended.stderr


# As in ``make run``, but with an arXiv of our own that is asked for more often.
RUN_WITH_ANOTHER_ARXIV = """
import os
import seminar.run as run
run.ARXIV_API_URL = os.environ["ANOTHER_ARXIV"]
run.ASK_ARXIV_AGAIN_SECONDS = 0.2
run.main()
"""


class Arxiv(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<feed xmlns='http://www.w3.org/2005/Atom'></feed>")


def test_it_starts_once_more_when_arxiv_is_back(first_run: FirstRun, tmp_path: Path) -> None:
    port = free_port()
    environ = first_run.copy(tmp_path / "data", ANOTHER_ARXIV=f"http://127.0.0.1:{port}/api/query")
    with running_instance(environ, ["-c", RUN_WITH_ANOTHER_ARXIV]) as instance:
        before = instance.processes()[1:]
        assert "arXiv cannot be reached" in instance.printed

        with ThreadingHTTPServer(("127.0.0.1", port), Arxiv) as arxiv:
            threading.Thread(target=arxiv.serve_forever, daemon=True).start()
            wait_until(lambda: "starting once more" in instance.printed, what="arXiv is noticed")
            arxiv.shutdown()

        wait_until(lambda: instance.printed.count("running on") == 2, what="it is back")
        assert instance.health() == EVERYTHING_OK
        assert all(map(is_gone, before))


def test_nothing_is_left_when_the_parent_is_killed(first_run: FirstRun, tmp_path: Path) -> None:
    with running_instance(first_run.copy(tmp_path / "data")) as instance:
        processes = instance.processes()

        instance.process.kill()
        instance.process.wait()

        wait_until(lambda: all(map(is_gone, processes)), what="all of it is gone")
