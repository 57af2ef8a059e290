"""Several people who write about one project."""

from __future__ import annotations

import functools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readings.accounts.models import User
from readings.courses.models import Course, GroupMember
from readings.presentations.projects.addresses import host_of, read_address
from readings.presentations.projects.models import Project
from readings.presentations.projects.services import (
    FIELDS,
    NotYourProject,
    ProjectConflict,
    Saved,
    digests_of,
    save_project,
    take_theirs,
    texts_of,
)
from tests import factories
from tests.at_once import at_once

EMPTY = texts_of(None)
WORDS = st.sampled_from(["", "a", "b", "c"])
TEXTS = st.fixed_dictionaries(
    {name: WORDS for name in FIELDS if name != "links"}
    | {"links": st.sampled_from([[], [{"title": "a", "url": "https://example.org"}]])}
)


@given(TEXTS, TEXTS, TEXTS)
def test_nothing_that_either_wrote_is_lost(
    base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]
) -> None:
    merged = dict(mine)
    clashes = take_theirs(merged, theirs, digests_of(base))
    for name in FIELDS:
        if name in clashes:
            assert base[name] not in (mine[name], theirs[name])
            assert merged[name] == mine[name] != theirs[name]
        elif mine[name] != base[name]:
            assert merged[name] == mine[name]
        else:
            assert merged[name] == theirs[name]


@pytest.mark.parametrize(
    ("typed", "address", "host"),
    [
        ("github.com/a/b", "https://github.com/a/b", "github.com"),
        (" http://www.example.org/x?y#z ", "http://www.example.org/x?y#z", "example.org"),
        ("HTTPS://Example.ORG", "HTTPS://Example.ORG", "example.org"),
        ("https://exämple.org/", "https://exämple.org/", "xn--exmple-cua.org"),
    ],
)
def test_an_address_and_its_host(typed: str, address: str, host: str) -> None:
    assert read_address(typed) == address
    assert host_of(address) == host


@pytest.mark.django_db(transaction=True)
def test_of_two_who_begin_at_once_nothing_is_lost(course: Course, bob: User) -> None:
    priya = factories.make_user("Priya Singh")
    factories.enrol(course, priya)
    group = factories.make_group(course, bob, priya)
    outcomes = at_once(
        [
            functools.partial(
                save_project,
                group=group,
                texts=EMPTY | {"title": "Fusing", "pitch": user.display_name},
                version=0,
                seen=digests_of(EMPTY),
                actor=user,
            )
            for user in (bob, priya)
        ]
    )
    (saved,) = (one for one in outcomes if isinstance(one, Saved))
    (conflict,) = (one for one in outcomes if isinstance(one, ProjectConflict))
    assert conflict.fields == ["pitch"]
    kept = Project.objects.get()
    assert (kept.pitch, kept.version) == (saved.project.pitch, 1)
    assert {kept.pitch, conflict.texts["pitch"]} == {"Bob Baker", "Priya Singh"}


@pytest.mark.django_db
def test_who_left_a_moment_ago_writes_no_more(course: Course, bob: User) -> None:
    group = factories.make_group(course, bob)
    GroupMember.objects.all().delete()
    with pytest.raises(NotYourProject):
        save_project(group=group, texts=EMPTY, version=0, seen=digests_of(EMPTY), actor=bob)
    assert not Project.objects.exists()
