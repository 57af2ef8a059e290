"""The notes on one reading one after another: where one is, what is before and after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from readings.accounts.models import User
from readings.courses.access import Access
from readings.marking.marks import choices_of, is_current, mark_text, mark_words, scale_key
from readings.marking.models import Feedback
from readings.marking.queries import Desk, ShownRemark, desk_of, find_feedback, remarks_of
from readings.notes.attachments import address_of
from readings.notes.models import Attachment, Note, Revision
from readings.notes.policy import Policy, days_late, in_time_until
from readings.schedule.models import Reading


@dataclass(frozen=True, slots=True)
class Filter:
    """Which notes one walks through."""

    is_mine: bool  # only one's own share, where the notes are shared out
    is_unmarked: bool  # only what has still to be marked

    @classmethod
    def read(cls, sent: Mapping[str, str]) -> Filter:
        """As it stands in an address."""
        return cls(sent.get("who") == "mine", sent.get("only") == "unmarked")

    @property
    def query(self) -> str:
        """The end of an address: ``?who=mine&only=unmarked``; empty for all."""
        chosen = {"who": "mine"} if self.is_mine else {}
        if self.is_unmarked:
            chosen["only"] = "unmarked"
        return f"?{urlencode(chosen)}" if chosen else ""


@dataclass(frozen=True, slots=True)
class Walk:
    """The notes that a filter leaves, in their order, around the one that is looked at."""

    desk: Desk
    reading: Reading
    filter: Filter
    order: Sequence[int]  # the students; the one looked at is always among them
    student: int

    @property
    def position(self) -> int:
        """Which one it is, counted from 1."""
        return self.order.index(self.student) + 1

    @property
    def previous(self) -> int | None:
        """Whose note is before it."""
        return self.order[self.position - 2] if self.position > 1 else None

    @property
    def following(self) -> int | None:
        """Whose note is after it."""
        return self.order[self.position] if self.position < len(self.order) else None

    @property
    def next_open(self) -> int | None:
        """Whose is the next that has to be marked, from here on and then from the beginning."""
        turn = [*self.order[self.position :], *self.order[: self.position - 1]]
        return next((one for one in turn if self.desk.is_open(one, self.reading.pk)), None)


def walk(
    access: Access, desk: Desk, reading: Reading, chosen: Filter, student: int | None = None
) -> Walk | None:
    """The walk with ``student``, or with the first that has to be marked; None: there is no note.

    No query.
    """
    markers = desk.markers_of(reading.pk)
    me = access.member.pk
    everybody = desk.sequence(reading.pk)
    if student is not None and student not in everybody:
        return None
    order = [
        one
        for one in everybody
        if one == student
        or (
            (not chosen.is_mine or markers.get(one, me) == me)
            and (not chosen.is_unmarked or desk.is_open(one, reading.pk))
        )
    ]
    if not order:
        return None
    if student is None:
        student = next((one for one in order if desk.is_open(one, reading.pk)), order[0])
    return Walk(desk, reading, chosen, order, student)


@dataclass(frozen=True, slots=True)
class Choice:
    """A mark that can be chosen."""

    value: str
    sign: str
    words: str
    key: str


@dataclass(frozen=True, slots=True)
class MarkingPage:
    """One note and everything its marker needs."""

    walk: Walk
    note: Note
    policy: Policy
    due_at: dt.datetime | None
    days_late: int
    edited_late: Revision | None  # the last one that was handed in after the deadline
    revisions: list[Revision]  # the newest first
    files: list[tuple[Attachment, str]]  # with their addresses
    feedback: Feedback | None
    remarks: list[ShownRemark]
    mark_words: str
    is_wanted: bool  # False: it is outside of the sample
    marker: str  # in whose share it is, "your"; empty: nobody's in particular
    has_share: bool  # the reader has some notes to mark that are theirs alone
    previous_url: str
    following_url: str

    @property
    def choices(self) -> list[Choice]:
        """What can be chosen; empty: points are typed."""
        return [Choice(*one) for one in choices_of(self.policy.marking)]

    @property
    def mark(self) -> str:
        """The mark as it stands in the form, which has no place for one on another scale."""
        return mark_text(self.feedback.mark) if self.feedback and not self.was else ""

    @property
    def was(self) -> str:
        """The mark in words where it was given on another scale than marks are now; else empty."""
        given = self.feedback.given if self.feedback else None
        return "" if is_current(self.policy, given) else self.mark_words

    @property
    def scale(self) -> str:
        """What the form has to say of the scale that it offers."""
        return scale_key(self.policy)

    @property
    def based_on(self) -> str:
        """What the form has to say of the mark that it shows."""
        at = self.feedback.marked_at if self.feedback else None
        return at.isoformat() if at else ""

    @property
    def links(self) -> list[tuple[str, str, bool]]:
        """The filters: words, address, whether it is the one that is used."""
        here = self.walk.filter
        base = address(self.walk.reading, self.walk.student)
        found = [
            (words, base + one.query, one == here)
            for words, one in (
                ("All", Filter(here.is_mine, is_unmarked=False)),
                ("Not marked yet", Filter(here.is_mine, is_unmarked=True)),
            )
        ]
        if self.has_share:
            found.append(
                (
                    "Everybody's" if here.is_mine else "Mine only",
                    base + Filter(not here.is_mine, here.is_unmarked).query,
                    False,
                )
            )
        return found


def address(reading: Reading, student: int) -> str:
    """The path of the page on which a note is marked."""
    return reverse("marking:note", args=[reading.course.slug, reading.pk, student])


def marking_page(
    access: Access, reading: Reading, student: int, chosen: Filter, *, now: dt.datetime
) -> MarkingPage | None:
    """The page of one student's note; None: there is none that is handed in.

    A constant number of queries: six of ``desk_of``, and one each for note, files, revisions,
    feedback and remarks.
    """
    desk = desk_of(access, now=now, only=reading)
    here = walk(access, desk, reading, chosen, student)
    notes = desk.rights.notes().filter(reading=reading, author=student)
    note = notes.select_related("author").defer("draft", "answers", "body").first()
    if here is None or note is None or note.submitted_at is None:
        return None
    policy = desk.policy
    due = desk.duty(reading.pk).due_at
    revisions = list(note.revisions.defer("answers", "body", "body_html"))
    last = in_time_until(policy, due) if due and reading.required else None
    late = [one for one in revisions if last and one.created_at > last and one.number > 1]
    feedback = find_feedback(reading, student)
    marker = desk.markers_of(reading.pk).get(student)
    query = chosen.query
    return MarkingPage(
        walk=here,
        note=note,
        policy=policy,
        due_at=due,
        days_late=days_late(policy, due, note.submitted_at) if reading.required else 0,
        edited_late=late[0] if late else None,
        revisions=revisions,
        files=[
            (one, address_of(reading, one)) for one in note.attachments.filter(is_submitted=True)
        ],
        feedback=feedback,
        remarks=remarks_of(feedback, access.member),
        mark_words=mark_words(feedback.given if feedback else None),
        is_wanted=(student, reading.pk) in desk.wanted,
        marker=_name_of(marker, access.member) if marker else "",
        has_share=policy.marking_split and access.member.pk in desk.markers,
        previous_url=address(reading, here.previous) + query if here.previous else "",
        following_url=address(reading, here.following) + query if here.following else "",
    )


def _name_of(user: int, reader: User) -> str:
    """Whose: "your", "Carol Chen’s"; one query where it is somebody else's."""
    return "your" if user == reader.pk else f"{User.objects.get(pk=user)}’s"
