"""The test suite's own rules, tried on a small suite of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.instances import ROOT
from tests.scratch import MissingProgramError, find_program

SUITE = """
import os
import pytest
from django.conf import settings

def test_surroundings():
    assert settings.DATA_DIR.name.startswith("seminar-tests-")
    assert settings.DEMO is False
    assert settings.CELERY_BROKER_URL == "memory://"

def test_skipped():
    pytest.skip("the moon is full")

@pytest.mark.skipif(True, reason="the moon is new")
def test_marked():
    pass

@pytest.mark.xfail(reason="the moon is made of cheese", strict=True)
def test_expected_to_fail():
    assert False
"""


def run_suite(folder: Path, **switches: str) -> subprocess.CompletedProcess[str]:
    suite = folder / "test_suite.py"
    suite.write_text(SUITE)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    kept.pop("CI", None)
    options = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT), "-p", "no:cacheprovider"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(suite)],
        cwd=ROOT,
        env=kept | switches,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_in_ci_a_skip_is_a_failure_and_a_persons_switches_are_forgotten(tmp_path: Path) -> None:
    ended = run_suite(tmp_path, CI="true", DATA_DIR="/nowhere", DEMO="1", CELERY_BROKER_URL="x://")

    assert ended.returncode == 1
    assert "1 failed, 1 passed, 1 xfailed, 1 error" in ended.stdout
    assert "CI is set and this was skipped. Skipped: the moon is full" in ended.stdout
    assert "CI is set and this was skipped. Skipped: the moon is new" in ended.stdout


def test_a_missing_program_is_told_with_its_package() -> None:
    with pytest.raises(MissingProgramError, match=r"install the package postgresql$"):
        find_program("initdb-of-nowhere", package="postgresql", folders="postgresql/*/bin")
