"""Static files under names that change with their content."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

pytestmark = pytest.mark.once


def test_a_script_imports_others_by_the_names_that_change_with_them(
    tmp_path: Path, settings: Any
) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "readings.core.storage.HashedStaticStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    [board] = [one for one in (tmp_path / "js").glob("board.*.js") if len(one.suffixes) == 2]
    queue, seen = [board], set()
    while queue:
        script = queue.pop()
        seen.add(script.name.split(".")[0])
        for name in re.findall(r'(?:from|import) "(\./[^"]+)";', script.read_text()):
            assert re.search(r"\.[0-9a-f]{12}\.js$", name), name
            queue.append(script.parent / name)
    assert seen == {"board", "sending", "moving", "page"}
