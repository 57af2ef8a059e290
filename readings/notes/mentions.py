"""Who and what can be named with an ``@`` in a note, and who is told of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from readings.accounts.models import User
from readings.core.markdown import Mentions, people_mentioned
from readings.courses.access import Access
from readings.courses.models import Audience, Course, Event, Membership, Role
from readings.notes import gating
from readings.notes.access import note_access
from readings.notes.models import Note
from readings.schedule.models import Reading

MENTIONED: Final = "notes.mentioned"
MAX_TOLD: Final = 20  # people that one note tells


@dataclass(frozen=True, slots=True)
class Nameable:
    """One thing that the list below an ``@`` offers."""

    name: str
    about: str  # "Student", or the title of the paper
    url: str = ""  # of a paper's page; empty: a person


def nameables(course: Course) -> list[Nameable]:
    """The people of the course and its papers, by name; two queries."""
    return _people(course) + _papers(course)


def _people(course: Course) -> list[Nameable]:
    members = Membership.objects.filter(course=course).select_related("user")
    people = [
        Nameable(member.user.display_name, str(member.get_role_display())) for member in members
    ]
    return sorted(people, key=lambda one: one.name.lower())


def _papers(course: Course) -> list[Nameable]:
    readings = Reading.objects.filter(course=course).select_related("paper")
    papers = [
        Nameable(
            reading.name,
            reading.full_title if reading.label else "",
            reverse("pages:paper", args=[course.slug, reading.pk]),
        )
        for reading in readings.only("label", "title", "paper__title", "paper__arxiv_id",
                                     "paper__doi", "paper__url")
    ]  # fmt: skip
    return sorted(papers, key=lambda one: one.name.lower())


def mentions_in(course: Course, texts: Collection[str]) -> Mentions | None:
    """What the ``@`` in these texts may name; None, and no query, where there is none."""
    if not any("@" in text for text in texts):
        return None
    names: dict[str, str] = {}
    for one in _papers(course):
        names.setdefault(one.name, one.url)
        if one.about:
            names.setdefault(one.about, one.url)
    names |= {one.name: "" for one in _people(course)}  # a person before a paper of that name
    return Mentions(names)


@dataclass(frozen=True, slots=True)
class Told:
    """Whom a note names, and who they are told it was: nobody where the course is anonymous."""

    people: Sequence[User]
    author: User | None


def whom_to_tell(reading: Reading, author: User, rendered: str, at: dt.datetime) -> Told:
    """The people whom a note of ``author`` names and who may read it, at most twenty.

    Nobody is told where two have the same name, or of themselves.  Up to four queries for each, so
    it is asked before the transaction that submits.
    """
    course = reading.course
    names = {name.lower() for name in people_mentioned(rendered)}
    people: list[User] = []
    is_named = True
    for user, role in _named(course, names) if names else []:
        if user.pk == author.pk or len(people) == MAX_TOLD:
            continue
        rights = note_access(Access(course=course, user=user, role=role), now=at, only=reading)
        if rights.opens(reading.pk):
            people.append(user)
            is_named = gating.shows_author(rights.policy, is_staff=False, is_own=False)
    return Told(people, author if is_named else None)


def tell_mentioned(note: Note, told: Told, at: dt.datetime) -> None:
    """Tell them, each once for the note, in the transaction that submits it; two queries."""
    if not told.people:
        return
    reading, course = note.reading, note.reading.course
    events = Event.objects.filter(course=course, kind=MENTIONED, details__note=note.pk)
    before = set(events.values_list("recipient_id", flat=True))
    author = told.author.display_name if told.author else "Somebody"
    Event.objects.bulk_create(
        Event(
            course=course,
            actor=told.author,
            kind=MENTIONED,
            audience=Audience.MEMBERS,
            recipient=user,
            summary=f"{author} mentioned you in a note on {reading.name}"[:300],
            details={"note": note.pk, "reading": reading.pk},
            created_at=at,
        )
        for user in told.people
        if user.pk not in before
    )


def _named(course: Course, names: Collection[str]) -> list[tuple[User, Role]]:
    """The members of these names, in lower case, whom no other member shares the name with."""
    found: dict[str, list[tuple[User, Role]]] = {}
    for member in Membership.objects.filter(course=course).select_related("user"):
        name = member.user.display_name.lower()
        if name in names:
            found.setdefault(name, []).append((member.user, Role(member.role)))
    return [same[0] for same in found.values() if len(same) == 1]
