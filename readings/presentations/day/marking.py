"""The one writer of marks of talks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString

from readings.accounts.models import User
from readings.core.clock import short_date
from readings.core.counting import count_of
from readings.core.markdown import render_markdown, trusted
from readings.courses.models import Audience, Course, Event, GroupMember
from readings.courses.services import record_event
from readings.presentations import queries
from readings.presentations.day.models import TalkMark
from readings.presentations.day.refusals import MarkChanged, MarksChanged, NotAMark
from readings.presentations.day.talks import Talk
from readings.presentations.day.values import value_words
from readings.presentations.presenters import code_of_key, key_of_row
from readings.presentations.seating import lock_slot
from readings.schedule.models import Meeting

MAX_COMMENT: Final = 8_000  # characters
MARKED: Final = "presentations.talk_marked"
RETURNED: Final = "presentations.talk_marks_returned"
TAKEN_BACK: Final = "presentations.talk_marks_taken_back"


@dataclass(frozen=True, slots=True)
class Given:
    """What a marker gives: a value and what it is out of, and words."""

    value: Decimal | None = None
    comment: str = ""
    out_of: Decimal | None = None


def give_mark(
    *, talk: Talk, member: User | None, given: Given, version: int, marker: User, at: dt.datetime
) -> TalkMark | None:
    """Mark a talk: the presenter's, or that of one member of the group.

    ``version`` is that of the mark that the marker saw, 0 where there was none.  Giving nothing
    where there is nothing makes none.  Raises ``MarkChanged`` when somebody else marked it
    meanwhile and otherwise, ``NotAMark`` and ``SlotGone``.
    """
    if len(given.comment) > MAX_COMMENT:
        raise NotAMark(f"A comment may have {MAX_COMMENT:,} characters: shorten it.")
    try:
        with transaction.atomic():
            return _give(talk, member, given, version, marker, at)
    except IntegrityError:  # somebody who did not lock made it at the same moment
        with transaction.atomic():
            return _give(talk, member, given, version, marker, at)


def waiting_in(meeting: Meeting) -> QuerySet[TalkMark]:
    """The marks of a class that nobody sees yet."""
    there = TalkMark.objects.filter(slot__agenda_item__meeting=meeting, returned_at__isnull=True)
    return there.exclude(value__isnull=True, comment="")


def return_marks(*, meeting: Meeting, actor: User, at: dt.datetime, agreed: int) -> int:
    """Let the presenters see the marks of a class; how many those were.

    ``agreed`` is how many waited when somebody said yes.  Raises ``MarksChanged``.  Where all are
    returned already there is nothing to do.
    """
    with transaction.atomic():
        waiting = list(
            waiting_in(meeting)
            .select_for_update(of=("self",))
            .select_related(
                "slot__course", "slot__agenda_item__reading__paper", "slot__agenda_item__meeting"
            )
            .order_by("pk")
        )
        if not waiting:
            return 0
        if len(waiting) != agreed:
            raise MarksChanged(len(waiting))
        TalkMark.objects.filter(pk__in=[one.pk for one in waiting]).update(returned_at=at)
        _tell(waiting, actor, "Your talk on {} came back with a mark.")
        marks = count_of(len(waiting), "mark")
        _tell_staff(meeting, actor, RETURNED, f"{marks} returned for {_class(meeting)}")
    return len(waiting)


def take_back_marks(*, meeting: Meeting, actor: User) -> int:
    """Hide the marks of a class from the presenters again; how many those were."""
    with transaction.atomic():
        shown = TalkMark.objects.filter(
            slot__agenda_item__meeting=meeting, returned_at__isnull=False
        )
        count = shown.update(returned_at=None)
        if count:
            marks = count_of(count, "mark")
            words = f"{marks} of {_class(meeting)} hidden from the presenters again"
            _tell_staff(meeting, actor, TAKEN_BACK, words)
    return count


@dataclass(frozen=True, slots=True)
class TalkResult:
    """A mark that came back to somebody."""

    mark: TalkMark
    name: str  # of the talk
    day: dt.date | None
    url: str  # of the talk's page
    words: str  # "8.5 of 10"; empty for a comment alone
    is_own: bool  # of a member's own; else the group's, or the person's

    @property
    def comment(self) -> SafeString | str:
        """The words that came with it, as they were meant: Markdown."""
        return comment_html(self.mark)


def comment_html(mark: TalkMark) -> SafeString | str:
    """The comment, rendered like remarks on notes; empty where there is none."""
    return trusted(render_markdown(mark.comment)) if mark.comment else ""


def marks_of(user: User, course: Course) -> list[TalkResult]:
    """The returned marks of ``user`` by date, their groups' among them; two queries."""
    groups = GroupMember.objects.filter(user=user, group__course=course).values_list("group")
    whose = Q(user=user) | Q(member=user) | Q(group__in=list(groups), member__isnull=True)
    marks = (
        TalkMark.objects.filter(whose, slot__course=course, returned_at__isnull=False)
        .select_related(
            "user", "group", "member", "slot__agenda_item__meeting",
            "slot__agenda_item__reading__paper",
        )
        .order_by("slot__agenda_item__meeting__meets_on", "slot", "pk")
    )  # fmt: skip
    return [_result(mark, course) for mark in marks]


def _result(mark: TalkMark, course: Course) -> TalkResult:
    key = code_of_key(key_of_row(mark))
    meeting = mark.slot.agenda_item.meeting
    return TalkResult(
        mark=mark,
        name=queries.name_of(mark.slot),
        day=meeting.meets_on if meeting else None,
        url=reverse("day:talk", args=[course.slug, mark.slot_id, key]),
        words=value_words(mark.value, mark.out_of),
        is_own=mark.member_id is not None,
    )


def _give(
    talk: Talk, member: User | None, given: Given, version: int, marker: User, at: dt.datetime
) -> TalkMark | None:
    slot = lock_slot(talk.slot)
    there = TalkMark.objects.select_for_update(of=("self",)).filter(**talk.columns, member=member)
    mark = there.select_related("given_by").first()
    if mark is None:
        if given == Given():
            return None
        mark = TalkMark(**talk.columns, member=member, version=0)
    elif Given(mark.value, mark.comment, mark.out_of) == given:
        return mark  # they agree, or it is a second press
    elif mark.version != version:
        raise MarkChanged(mark, _did(mark))
    mark.value, mark.comment, mark.out_of = given.value, given.comment, given.out_of
    mark.given_by, mark.updated_at, mark.version = marker, at, mark.version + 1
    mark.slot = slot
    mark.save()
    whom = f"{member} in {talk.presenter}" if member else str(talk.presenter)
    record_event(
        course=slot.course,
        actor=marker,
        kind=MARKED,
        summary=f"{marker} marked {talk.name} ({whom})",
        audience=Audience.STAFF,
        details={"slot": slot.pk, "mark": mark.pk},
    )
    if mark.returned_at is not None:
        _tell([mark], marker, "The mark of your talk on {} was changed.")
    return mark


def _did(mark: TalkMark) -> str:
    words = value_words(mark.value, mark.out_of)
    if words:
        return f"gave “{words}”"
    return "wrote another comment" if mark.comment else "took the mark away"


def _tell(marks: Collection[TalkMark], actor: User, words: str) -> None:
    """Everybody whose mark it is, once a talk; never which mark."""
    groups = {one.group_id for one in marks if one.group_id and one.member_id is None}
    members: dict[int, list[int]] = {}
    rows = GroupMember.objects.filter(group__in=groups).order_by("pk")
    for group, user in rows.values_list("group_id", "user_id"):
        members.setdefault(group, []).append(user)
    told: dict[tuple[int, int], Event] = {}
    for mark in marks:
        alone = mark.member_id or mark.user_id
        for user_id in [alone] if alone else members.get(mark.group_id or 0, []):
            told[mark.slot_id, user_id] = Event(
                course=mark.slot.course,
                actor=actor,
                kind=RETURNED,
                audience=Audience.MEMBERS,
                recipient_id=user_id,
                summary=words.format(queries.name_of(mark.slot))[:300],
                details={"slot": mark.slot_id},
            )
    Event.objects.bulk_create(told.values(), batch_size=500)


def _tell_staff(meeting: Meeting, actor: User, kind: str, summary: str) -> None:
    record_event(
        course=meeting.course,
        actor=actor,
        kind=kind,
        summary=summary,
        audience=Audience.STAFF,
        details={"meeting": meeting.pk},
    )


def _class(meeting: Meeting) -> str:
    return short_date(meeting.meets_on) if meeting.meets_on else "a class without a date"


def marks_by_talk(slots: Sequence[int]) -> dict[tuple[int, str, int], TalkMark]:
    """Slot, key of the presenter, member (0: all of them) to the mark; one query."""
    rows = TalkMark.objects.filter(slot__in=slots).select_related("given_by", "member")
    return {(one.slot_id, code_of_key(key_of_row(one)), one.member_id or 0): one for one in rows}
