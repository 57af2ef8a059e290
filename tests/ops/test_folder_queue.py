"""The broker that is a folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection

from seminar.celery import app


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "queue"


def open_queue(folder: Path) -> Any:
    connection = Connection("filesystem://", transport_options={"folder": str(folder)})
    return connection.SimpleQueue("celery", no_ack=True)


@pytest.fixture
def queue(folder: Path) -> Iterator[Any]:
    opened = open_queue(folder)
    yield opened
    opened.close()
    opened.channel.connection.client.release()


def take_all(queue: Any) -> list[Any]:
    taken = []
    while True:
        try:
            taken.append(queue.get(block=False).payload)
        except Empty:
            return taken


def test_celery_uses_it_by_its_name() -> None:
    with app.connection("filesystem://") as connection:
        assert type(connection.transport).__module__ == "seminar.folder_queue"


def test_messages_come_out_in_the_order_they_went_in(queue: Any) -> None:
    for number in range(30):
        queue.put({"number": number, "text": "Erdős – 論文"})

    assert len(queue) == 30
    assert [message["number"] for message in take_all(queue)] == list(range(30))
    assert len(queue) == 0


def test_each_message_is_taken_once(queue: Any, folder: Path) -> None:
    for number in range(200):
        queue.put(number)

    others = [open_queue(folder) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(take_all, others))
    for other in others:
        other.channel.connection.client.release()

    assert sorted(number for each in taken for number in each) == list(range(200))


def test_a_wiped_folder_is_an_empty_queue(queue: Any, folder: Path) -> None:
    queue.put("lost")
    shutil.rmtree(folder)

    assert take_all(queue) == []
    shutil.rmtree(folder)
    queue.put("kept")
    assert take_all(queue) == ["kept"]


def test_a_message_being_written_is_not_there_yet(queue: Any, folder: Path) -> None:
    queue.put("whole")
    (message,) = (folder / "celery").iterdir()
    (folder / "celery" / f".{message.name}-draft").write_text('{"body": "ha')

    assert take_all(queue) == ["whole"]


def test_a_queue_can_be_emptied(queue: Any) -> None:
    queue.put(1)
    queue.put(2)

    assert queue.clear() == 2
    assert take_all(queue) == []
