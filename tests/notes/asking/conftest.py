"""What the tests of templates and rules share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.test import Client

from readings.accounts.models import User
from readings.courses.models import Course
from readings.notes.asking import services
from readings.notes.asking.presets import Preset, find_preset
from readings.notes.models import NoteTemplate, TemplateVersion
from readings.notes.prompts import Prompt
from tests.conftest import SignIn


@pytest.fixture
def alices(course: Course, alice: User, sign_in: SignIn) -> Client:
    """Alice's browser."""
    return sign_in(alice)


MakeTemplate = Callable[..., TemplateVersion]


@pytest.fixture
def make_template(course: Course, alice: User) -> MakeTemplate:
    """A function that makes a template of a preset, ``usual=True`` for the whole course."""

    def make(key: str = "summary", *, usual: bool = False, name: str = "") -> TemplateVersion:
        preset = find_preset(key)
        assert preset is not None
        version = services.create_template(
            course=course,
            actor=alice,
            name=name or preset.name,
            prompts=preset.prompts,
            roles=preset.roles,
        )
        if usual:
            services.make_usual(course=course, template=version.template)
        return version

    return make


def sent(name: str, prompts: Sequence[Prompt], roles: Sequence[str] = (), **other: Any) -> Any:
    """The fields of a template's form, as a browser sends them."""
    data: dict[str, Any] = {"name": name, "roles": "\n".join(roles), "row": []}
    for number, prompt in enumerate(prompts, start=1):
        data["row"].append(f"p{number}")
        for field, value in {
            "key": prompt.key,
            "kind": prompt.kind.value,
            "text": prompt.text,
            "help": prompt.help,
            "fewest_words": prompt.fewest_words,
            "most_words": prompt.most_words,
            "labels": "\n".join(prompt.labels),
            "fewest": prompt.fewest if prompt.kind == "pairs" else None,
            "most": prompt.most if prompt.kind == "pairs" else None,
            "role": prompt.role,
            "one_of": prompt.one_of,
        }.items():
            data[f"p{number}-{field}"] = "" if value is None else value
        if prompt.required:
            data[f"p{number}-required"] = "on"
    return data | other


def of_preset(preset: Preset, **other: Any) -> Any:
    """The form of a preset that nothing was changed in."""
    return sent(preset.name, preset.prompts, preset.roles, **other)


def edit_form(template: NoteTemplate, **other: Any) -> Any:
    """The form of a template as it is."""
    last = template.versions.order_by("-number")[0]
    form = sent(template.name, last.all_prompts, last.roles, based_on=last.number)
    return form | other
