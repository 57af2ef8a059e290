"""What ``make run`` needs of a machine, and the sentence when it is not there."""

from __future__ import annotations

import socket
import stat
from pathlib import Path

import pytest

from seminar.local import (
    CannotRun,
    check_port_is_free,
    environment_for,
    lock_data_dir,
    open_data_dir,
    port_from,
    secret_key_in,
)


@pytest.mark.parametrize(("text", "port"), [("", 8000), ("1", 1), ("8080", 8080), ("65535", 65535)])
def test_a_port_is_a_number(text: str, port: int) -> None:
    assert port_from(text) == port


@pytest.mark.parametrize("text", ["0", "65536", "-1", "80.5", "http", "٨٠"])
def test_anything_else_is_no_port(text: str) -> None:
    with pytest.raises(CannotRun, match="PORT must be a number from 1 to 65535"):
        port_from(text)


def test_a_port_in_use_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(CannotRun, match=f"port {port} is taken by another program"):
            check_port_is_free(port)

    check_port_is_free(port)


def test_a_sample_instance_is_on_loopback_unless_told_otherwise() -> None:
    assert environment_for({"HOME": "/"}, 8123) == {
        "HOME": "/",
        "DEMO": "1",
        "SITE_URL": "http://127.0.0.1:8123",
    }
    assert environment_for({"DEMO": "0", "SITE_URL": ""}, 8123) == {
        "DEMO": "0",
        "SITE_URL": "http://127.0.0.1:8123",
    }


def test_the_data_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"

    open_data_dir(folder)
    open_data_dir(folder)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")

    with pytest.raises(CannotRun, match=r"file/data cannot be written \(Not a directory\)"):
        open_data_dir(tmp_path / "file" / "data")
    with pytest.raises(CannotRun, match=r"cannot be written \(No such file or directory\)"):
        open_data_dir(Path("/proc/seminar"))


def test_the_secret_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    key = secret_key_in(tmp_path)

    assert len(key) >= 50
    assert secret_key_in(tmp_path) == key
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_a_reservation_ends_when_it_is_closed(tmp_path: Path) -> None:
    lock_data_dir(tmp_path).close()
    lock_data_dir(tmp_path).close()
