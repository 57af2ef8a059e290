"""The page of one talk, for one reader."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from readings.core.clock import short_time
from readings.courses.access import Access
from readings.presentations.day.access import Part, Right
from readings.presentations.day.forms import FeedbackForm, FileForm, LinkForm, said_before
from readings.presentations.day.hours import Moment, running_order
from readings.presentations.day.marking import comment_html
from readings.presentations.day.materials import LABELS, MAX_VERSIONS, TAKEN, Shelf, shelves_for
from readings.presentations.day.models import Material, TalkFeedback, TalkMark
from readings.presentations.day.opinions import (
    Summary,
    feedback_of,
    own_feedback,
    summary_of,
    version_of,
)
from readings.presentations.day.talks import Talk, slots_of, times_of
from readings.presentations.day.values import value_words
from readings.schedule.models import Meeting, Status


@dataclass(frozen=True, slots=True)
class ShownMark:
    """A mark as its owner, or the staff, sees it."""

    whose: str  # "You", "Loop Invariants", "Bob Baker"
    words: str  # "8.5 of 10"; empty for words alone
    mark: TalkMark

    @property
    def comment(self) -> SafeString | str:
        """The words that came with it, as they were meant: Markdown."""
        return comment_html(self.mark)


@dataclass(slots=True)
class TalkPage:
    """Everything the page shows."""

    talk: Talk
    part: Part
    moment: Moment
    meeting: Meeting | None
    times: str  # of the class
    off: str  # "Cancelled"
    turn: int  # in the running order, from 1
    turns: int
    starts: str
    ends: str
    shelves: list[Shelf]
    materials: list[Material]  # all that was handed in, removed ones too
    labels: list[str]  # used before, to choose from
    may_see_slides: bool
    may_hand_in: bool
    is_past_due: bool
    may_give: bool  # feedback
    own: TalkFeedback | None
    version: str  # of one's own feedback, as the form was opened
    summary: Summary | None  # None: not for the reader, or not yet
    given: list[TalkFeedback] = field(default_factory=list)  # with names, for the staff
    marks: list[ShownMark] = field(default_factory=list)
    file_form: FileForm = field(default_factory=FileForm)
    link_form: LinkForm = field(default_factory=LinkForm)
    feedback_form: FeedbackForm = field(default_factory=FeedbackForm)
    file_error: str = ""
    removed: Material | None = None  # just now: it can be put back
    shows_stored: bool = False  # one's own feedback, beside what was typed over it
    accept: str = TAKEN.accept
    takes: str = f"{TAKEN.words}; up to {TAKEN.megabytes} MB each, {MAX_VERSIONS} in all."

    @property
    def is_mine(self) -> bool:
        """Whether the reader gives it, or gave it."""
        return self.part in (Part.PRESENTER, Part.FORMER)

    def find_removed(self, key: int | None) -> Material | None:
        """The removed version that the reader may put back, if it is one."""
        if not self.may_hand_in:
            return None
        return next((one for one in self.materials if one.pk == key and one.removed_at), None)

    @property
    def own_mark_counts(self) -> bool:
        """Whether the reader has a mark of their own beside the group's, not words alone."""
        is_own = any(one.mark.member_id and one.words for one in self.marks)
        return self.is_mine and is_own and len(self.marks) > 1

    @property
    def shows_late(self) -> bool:
        """Whether the reader is told what came late: the class is not."""
        return self.is_mine or self.part == Part.STAFF

    @property
    def feedback_comes(self) -> bool:
        """Whether the reader will see feedback when the class is over."""
        comes = self.moment in (Moment.BEFORE, Moment.DURING, Moment.UNKNOWN)
        return self.is_mine and self.talk.slot.sheet.asks_class and comes

    @property
    def asks_later(self) -> bool:
        """Whether the reader will be asked what they thought."""
        is_to_come = self.moment in (Moment.BEFORE, Moment.UNKNOWN)
        return self.part == Part.CLASS and self.talk.slot.sheet.asks_class and is_to_come


def talk_page(access: Access, talk: Talk, *, now: dt.datetime) -> TalkPage:
    """The page; the number of queries does not depend on what was handed in or said."""
    part = talk.part(access)
    materials = list(Material.objects.filter(**talk.columns).select_related("created_by"))
    meeting = talk.slot.agenda_item.meeting
    begins, until = times_of(meeting, access.course) if meeting else (None, None)
    turn, turns, starts, ends = _turn(talk, meeting, has_time=begins is not None)
    may_give = talk.allows(access, Right.GIVE_FEEDBACK, now)
    own = own_feedback(talk, access.member) if part == Part.CLASS else None
    sees = talk.allows(access, Right.SEE_FEEDBACK, now)
    given = feedback_of(talk) if sees else []
    names = talk.allows(access, Right.SEE_AUTHORS, now)
    seen_until = talk.hours.feedback_seen_until(now, access.course.zone)
    shown = [one for one in given if names or one.updated_at < seen_until]
    return TalkPage(
        talk=talk,
        part=part,
        moment=talk.hours.moment(now),
        meeting=meeting,
        times=" – ".join(short_time(one) for one in (begins, until) if one),
        off=meeting.get_status_display() if meeting and meeting.status != Status.CLASS else "",
        turn=turn,
        turns=turns,
        starts=starts,
        ends=ends,
        shelves=shelves_for(access, talk, materials, now=now),
        materials=materials,
        labels=sorted({one.label for one in materials} | LABELS),
        may_see_slides=talk.allows(access, Right.SEE_SLIDES, now),
        may_hand_in=talk.is_current and talk.allows(access, Right.HAND_IN, now),
        is_past_due=talk.hours.is_late(now),
        may_give=may_give,
        own=own,
        version=version_of(own),
        summary=summary_of(shown) if sees else None,
        given=given if names else [],
        marks=_marks(access, talk, now),
        feedback_form=FeedbackForm(initial=said_before(own)),
    )


def _turn(talk: Talk, meeting: Meeting | None, *, has_time: bool) -> tuple[int, int, str, str]:
    """Which turn of how many, from when until when."""
    if meeting is None:
        return 0, 0, "", ""
    slots = slots_of(meeting)
    ids = [slot.pk for slot in slots]
    if talk.slot.pk not in ids:  # it moved in this moment
        return 0, 0, "", ""
    at = ids.index(talk.slot.pk)
    starts = running_order(
        talk.hours.begins_at if has_time else None, [slot.minutes for slot in slots]
    )
    zone, minutes, start = talk.slot.course.zone, talk.slot.minutes, starts[at]
    end = start + dt.timedelta(minutes=minutes) if start and minutes else None
    return (
        at + 1,
        len(slots),
        short_time(start.astimezone(zone).time()) if start else "",
        short_time(end.astimezone(zone).time()) if end else "",
    )


def _marks(access: Access, talk: Talk, now: dt.datetime) -> list[ShownMark]:
    """All marks for the staff; one's own that came back, and the group's."""
    marks = TalkMark.objects.filter(**talk.columns).select_related("given_by", "member")
    if talk.allows(access, Right.MARK, now):
        there = marks.exclude(value__isnull=True, comment="")
        return [
            ShownMark(str(one.member or talk.presenter), value_words(one.value, one.out_of), one)
            for one in there.order_by("member", "pk")
        ]
    if not talk.allows(access, Right.SEE_RETURNED, now):
        return []
    me = access.member
    mine = [
        one
        for one in marks.filter(returned_at__isnull=False).order_by("member", "pk")
        if one.member_id in (None, me.pk)
    ]
    is_group = talk.key.startswith("g")
    return [
        ShownMark(
            str(talk.presenter) if is_group and one.member_id is None else "You",
            value_words(one.value, one.out_of),
            one,
        )
        for one in mine
    ]
