"""The page on which the staff marks the talks of one class."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from readings.accounts.models import User
from readings.core.counting import number_in
from readings.core.refusals import Refusal
from readings.courses.models import Course
from readings.presentations import queries
from readings.presentations.day.marking import Given, give_mark, marks_by_talk
from readings.presentations.day.models import TalkMark
from readings.presentations.day.refusals import MarkChanged, NotAMark
from readings.presentations.day.talks import Talk, slots_of, talks_of
from readings.presentations.day.values import plain, read_value, value_words
from readings.presentations.models import Slot
from readings.schedule.models import Meeting


@dataclass(slots=True)
class MarkRow:
    """A mark that can be given: to the presenter, or to one member of the group."""

    talk: Talk
    member: User | None
    mark: TalkMark | None
    value: str = ""  # as it stands in its field
    comment: str = ""
    error: str = ""
    version: int = 0
    has_left: bool = False  # the member is in the group no more

    @property
    def key(self) -> str:
        """The row in the names of fields."""
        talk = f"{self.talk.slot.pk}-{self.talk.key}"
        return f"{talk}-{self.member.pk}" if self.member else talk

    @property
    def who(self) -> str:
        """Whose mark it is."""
        return str(self.member or self.talk.presenter)

    @property
    def out_of(self) -> str:
        """What marks are out of now; empty: there are none."""
        return plain(self.talk.slot.sheet.marks_out_of)

    @property
    def was(self) -> str:
        """A mark from when marks were out of something else: it stays until another is typed."""
        if self.mark is None or self.mark.value is None or self._is_current:
            return ""
        return value_words(self.mark.value, self.mark.out_of)

    @property
    def shown(self) -> str:
        """What the field holds for the mark that is stored."""
        return plain(self.mark.value) if self.mark and self._is_current else ""

    @property
    def said(self) -> str:
        """The comment that is stored."""
        return self.mark.comment if self.mark else ""

    @property
    def _is_current(self) -> bool:
        return self.mark is not None and self.mark.out_of == self.talk.slot.sheet.marks_out_of

    def show_stored(self) -> None:
        """Put into the fields what is stored."""
        self.value, self.comment = self.shown, self.said
        self.version = self.mark.version if self.mark else 0


@dataclass(slots=True)
class TalkRows:
    """A talk with its marks: the first is the presenter's."""

    talk: Talk
    rows: list[MarkRow] = field(default_factory=list)


@dataclass(slots=True)
class MarksPage:
    """All marks of a class."""

    meeting: Meeting
    talks: list[TalkRows]
    left_over: list[str] = field(default_factory=list)  # typed for whom does not present any more

    @property
    def rows(self) -> Iterable[MarkRow]:
        """All of them."""
        return (row for one in self.talks for row in one.rows)

    @property
    def waiting(self) -> int:
        """How many marks nobody sees yet."""
        marks = (row.mark for row in self.rows if row.mark)
        return sum(
            1 for one in marks if one.returned_at is None and (one.value is not None or one.comment)
        )

    @property
    def returned(self) -> int:
        """How many the presenters see."""
        return sum(1 for row in self.rows if row.mark and row.mark.returned_at)

    @property
    def problems(self) -> int:
        """How many rows were not saved."""
        return sum(1 for row in self.rows if row.error) + len(self.left_over)

    @property
    def has_marks(self) -> bool:
        """Whether some sheet says what its marks are out of."""
        return any(one.talk.slot.sheet.marks_out_of is not None for one in self.talks)


def marks_page(meeting: Meeting) -> MarksPage:
    """The page with what is stored; as many queries for one talk as for many."""
    return MarksPage(meeting, _talk_rows(slots_of(meeting)))


def marks_of_course(course: Course) -> list[TalkRows]:
    """All talks of a course with their marks, in the order of the term."""
    slots = queries.in_order(queries.with_item(Slot.objects.filter(course=course)))
    return _talk_rows(list(slots))


def _talk_rows(slots: Sequence[Slot]) -> list[TalkRows]:
    talks = talks_of(slots, former=True)
    marks = marks_by_talk([slot.pk for slot in slots])
    found = []
    for talk in (talk for slot in slots for talk in talks[slot.pk]):
        one = TalkRows(talk, _rows(talk, marks))
        if talk.is_current or any(row.mark for row in one.rows):
            found.append(one)
    for row in (row for one in found for row in one.rows):
        row.show_stored()
    return found


def _rows(talk: Talk, marks: Mapping[tuple[int, str, int], TalkMark]) -> list[MarkRow]:
    at = (talk.slot.pk, talk.key)
    rows = [MarkRow(talk, None, marks.get((*at, 0)))]
    rows += [MarkRow(talk, one, marks.get((*at, one.pk))) for one in talk.members]
    there = {one.pk for one in talk.members}
    for (slot, key, member_id), mark in marks.items():
        if (slot, key) == at and member_id and member_id not in there:
            rows.append(MarkRow(talk, mark.member, mark, has_left=True))
    return rows


def save_marks(page: MarksPage, sent: Mapping[str, str], *, marker: User, at: dt.datetime) -> int:
    """Give the marks that were typed; how many changed.

    What cannot be saved stays in its row of ``page`` as it was typed, and says why.
    """
    saved = 0
    for row in page.rows:
        typed = _Typed.read(sent, row.key)
        if typed is None or typed.is_untouched:
            continue
        try:
            row.mark = give_mark(
                talk=row.talk,
                member=row.member,
                given=typed.given(row),
                version=typed.version,
                marker=marker,
                at=at,
            )
        except MarkChanged as changed:
            row.mark = changed.mark
            _keep(row, typed, str(changed), version=changed.mark.version)
        except Refusal as refusal:
            _keep(row, typed, str(refusal), version=typed.version)
        else:
            saved += 1
            row.show_stored()
    page.left_over = _left_over(sent, {row.key for row in page.rows})
    return saved


@dataclass(frozen=True, slots=True)
class _Typed:
    """One row of the form as it came in."""

    value: str
    comment: str
    was: str  # what the fields held when the page was opened
    said: str
    version: int
    scale: str

    @classmethod
    def read(cls, sent: Mapping[str, str], key: str) -> _Typed | None:
        if f"value-{key}" not in sent and f"comment-{key}" not in sent:
            return None
        return cls(
            value=sent.get(f"value-{key}", "").strip(),
            comment=_clean(sent.get(f"comment-{key}", "")),
            was=sent.get(f"was-{key}", "").strip(),
            said=_clean(sent.get(f"said-{key}", "")),
            version=number_in(sent.get(f"version-{key}", "")) or 0,
            scale=sent.get(f"scale-{key}", ""),
        )

    @property
    def is_untouched(self) -> bool:
        return (self.value, self.comment) == (self.was, self.said)

    def given(self, row: MarkRow) -> Given:
        """What is given by it.  Raises ``NotAMark``."""
        out_of: Decimal | None = row.talk.slot.sheet.marks_out_of
        if self.value == self.was and row.mark is not None and self.version == row.mark.version:
            return Given(row.mark.value, self.comment, row.mark.out_of)  # the words alone
        if self.value and self.scale != row.out_of:
            now = f"out of {row.out_of}" if row.out_of else "not given on this sheet any more"
            raise NotAMark(f"Marks are {now}, since this page was opened. Look, and save again.")
        value = read_value(self.value, out_of)
        return Given(value, self.comment, out_of if value is not None else None)


def _keep(row: MarkRow, typed: _Typed, error: str, *, version: int) -> None:
    row.value, row.comment, row.error, row.version = typed.value, typed.comment, error, version


def _left_over(sent: Mapping[str, str], known: set[str]) -> list[str]:
    """What was typed for somebody who has no row any more."""
    keys = [name.removeprefix("version-") for name in sent if name.startswith("version-")]
    found = []
    for key in keys:
        typed = _Typed.read(sent, key)
        if key not in known and typed is not None and not typed.is_untouched:
            found.append(" ".join(part for part in (typed.value, typed.comment) if part))
    return found


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()


def table_of(talks: Sequence[TalkRows]) -> Iterable[Sequence[str]]:
    """One row a person for a spreadsheet: their own mark, else that of their group.

    A group has a row, too: it tells its mark also when its members are gone.  Words to a member
    without a mark stand beside the group's mark.
    """
    yield (
        "Date", "Sheet", "Talk", "Group", "Name", "Email", "Mark", "Out of", "Whose mark",
        "Comment", "Marked by", "Returned",
    )  # fmt: skip
    for one in talks:
        talk, shared = one.talk, one.rows[0].mark
        if isinstance(talk.presenter, User):
            yield _line(talk, talk.presenter, shared, "their own")
            continue
        yield _line(talk, None, shared, "the group's")
        for row in one.rows[1:]:
            if row.mark is not None and row.mark.value is not None:
                yield _line(talk, row.member, row.mark, "their own")
            else:
                mark = None if row.has_left else shared
                yield _line(talk, row.member, mark, "the group's", remark=row.mark)


def _line(
    talk: Talk,
    person: User | None,
    mark: TalkMark | None,
    whose: str,
    *,
    remark: TalkMark | None = None,
) -> Sequence[str]:
    """``remark``: words to the person alone, beside ``mark``."""
    meeting = talk.slot.agenda_item.meeting
    zone = talk.slot.course.zone
    said = [one for one in (mark, remark) if one is not None]
    told = said[0] if said else None
    return (
        str(meeting.meets_on or "") if meeting else "",
        talk.slot.sheet.title,
        talk.name,
        "" if isinstance(talk.presenter, User) else str(talk.presenter),
        person.display_name if person else "",
        person.email if person else "",
        plain(mark.value) if mark else "",
        plain(mark.out_of) if mark else "",
        whose if mark else "",
        "\n\n".join(one.comment for one in said if one.comment),
        str(told.given_by) if told else "",
        f"{told.returned_at.astimezone(zone):%Y-%m-%d %H:%M}" if told and told.returned_at else "",
    )
