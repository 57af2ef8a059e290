"""``make setup`` on machines that lack something, and on one that has everything."""

from __future__ import annotations

import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.instances import ROOT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the installer and two locks."""
    shutil.copytree(ROOT / "bin", tmp_path / "bin")
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-uv.lock"):
        (tmp_path / name).write_text(f"# {name}\n")
    return tmp_path


def install(checkout: Path, before: str = "pass") -> subprocess.CompletedProcess[str]:
    """Run the installer, after the statement ``before`` has taken something from this Python."""
    arguments = [str(checkout / "bin" / "install.py"), "requirements.lock", "requirements-dev.lock"]
    code = f"import runpy, sys; {before}; sys.argv = {arguments!r}; "
    code += "runpy.run_path(sys.argv[0], run_name='__main__')"
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
    )


def test_an_old_python_is_named(checkout: Path) -> None:
    ended = install(checkout, "sys.version_info = (3, 10, 13)")

    assert ended.returncode == 1
    assert ended.stderr.startswith("Seminar: Python 3.11 or newer is needed, and ")
    assert " is 3.10: " in ended.stderr


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_its_module_venv_is_told_what_to_install(
    checkout: Path, module: str
) -> None:
    ended = install(checkout, f"sys.modules[{module!r}] = None")

    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert ended.returncode == 1
    assert ended.stderr == (
        f"Seminar: this Python lacks its module venv: install the package python{version}-venv.\n"
    )


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_what_is_installed_already_is_left_alone(checkout: Path, lock: str) -> None:
    installer = runpy.run_path(str(checkout / "bin" / "install.py"))
    (checkout / ".venv").mkdir()
    stamp = checkout / ".venv" / "installed"
    stamp.write_text(installer["stamp_of"](lock))

    ended = install(checkout)

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    assert [path.name for path in (checkout / ".venv").iterdir()] == ["installed"]


def test_a_changed_lock_is_stamped_differently(checkout: Path) -> None:
    stamp_of = runpy.run_path(str(checkout / "bin" / "install.py"))["stamp_of"]
    before = stamp_of("requirements.lock")

    (checkout / "requirements.lock").write_text("# another\n")

    assert stamp_of("requirements.lock") != before


def test_the_locks_name_no_address() -> None:
    for lock in ROOT.glob("requirements*.lock"):
        assert "://" not in lock.read_text()


def test_everything_locked_for_running_is_locked_alike_for_testing() -> None:
    def pins(name: str) -> set[str]:
        lines = (ROOT / name).read_text().splitlines()
        return {line.rstrip(" \\") for line in lines if "==" in line and not line.startswith(" ")}

    assert pins("requirements.lock") <= pins("requirements-dev.lock")
