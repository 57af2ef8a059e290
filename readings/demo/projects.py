"""Pages that the sample's first groups have written about their projects."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from readings.courses.models import Group
from readings.demo.past import Past
from readings.presentations.presenters import people_of
from readings.presentations.projects.models import Project
from readings.presentations.projects.services import save_project, texts_of

_FILE: Final = Path(__file__).with_name("projects.toml")


def write_projects(past: Past, groups: Sequence[Group]) -> None:
    """A page for each of the first groups, as far as there are texts."""
    pages: list[dict[str, Any]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))["project"]
    for number, (group, page) in enumerate(zip(groups, pages, strict=False)):
        author = people_of(group)[-1]
        with past.at(past.before(hours=12 + 31 * number)) as at:
            texts = texts_of(None) | page
            save_project(group=group, texts=texts, version=0, seen={}, actor=author)
        Project.objects.filter(group=group).update(updated_at=at)
