"""``make run`` with real processes: what it starts, what it survives, what it leaves behind."""

from __future__ import annotations

import signal
import stat
from collections.abc import Iterator

import psutil
import pytest

from seminar.local import free_port
from tests.instances import NO_NETWORK, Instance, run_to_its_end, running_instance
from tests.scratch import wait_until
from tests.servers import Environ

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("run")]

EVERYTHING_OK = {"status": "ok", "database": "ok", "queue": "ok", "storage": "ok"}
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def environment(environ: Environ) -> dict[str, str]:
    return environ(**NO_NETWORK)


@pytest.fixture(scope="module")
def instance(environment: dict[str, str]) -> Iterator[Instance]:
    """One running instance for the tests that leave it running."""
    with running_instance(environment) as running:
        yield running
        assert running.stop(signal.SIGTERM) == 0


def is_gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


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
    shares = [process.memory_full_info().pss for process in instance.processes()]

    assert len(shares) == 7  # parent, stand-in, web and its two, worker, beat
    assert sum(shares) < 250 * MIB


@pytest.mark.parametrize("title", ["celeryd", "celery beat", "web worker-1", "seminar web"])
def test_a_killed_process_is_started_again(instance: Instance, title: str) -> None:
    before = instance.find(title)
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


def test_a_data_folder_in_use_is_one_sentence(
    instance: Instance, environment: dict[str, str]
) -> None:
    ended = run_to_its_end(environment | {"PORT": str(free_port())})

    assert ended.returncode == 1
    assert ended.stderr.startswith("Seminar: another make run is using the data folder")
    assert len(ended.stderr.splitlines()) == 1


def test_an_unusable_database_is_one_sentence(environ: Environ) -> None:
    ended = run_to_its_end(
        environ(PORT=str(free_port()), DATABASE_URL="postgres://nobody@127.0.0.1:9/nothing")
    )

    assert ended.returncode == 1
    assert ended.stderr.startswith("Seminar: the database cannot be used")
    assert "Traceback" not in ended.stderr


def test_nothing_is_left_after_ctrl_c_and_a_second_start_prepares_nothing(environ: Environ) -> None:
    environment = environ(**NO_NETWORK)
    with running_instance(environment) as first:
        processes = first.processes()
        stamp = first.data_dir / "static.stamp"
        collected_at = stamp.stat().st_mtime_ns
        assert first.stop(signal.SIGINT) == 0
        assert all(map(is_gone, processes))

    with running_instance(environment) as second:
        assert second.health() == EVERYTHING_OK
        assert stamp.stat().st_mtime_ns == collected_at
        processes = second.processes()
        second.process.kill()
        second.process.wait()
        wait_until(lambda: all(map(is_gone, processes)), what="all of it is gone")
