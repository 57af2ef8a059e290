"""What there is in a course to be copied, read in a fixed number of queries."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property

from readings.accounts.models import User
from readings.courses.models import Course, Membership, Role
from readings.discussion.models import Comment
from readings.next_term.laying import OldClass
from readings.notes.models import Assignment, Note, NotePolicy, NoteTemplate, TemplateVersion
from readings.presentations.models import Seat, Sheet, SignUp, Slot
from readings.reading_lists.models import Entry, ReadingList, Section, TitleMatch
from readings.schedule.models import (
    AgendaItem,
    LinkRole,
    Meeting,
    Reading,
    ReadingLink,
    Status,
    Week,
)


@dataclass
class Contents:
    """The plan of a course and its shelf, each in its order."""

    seats: list[Seat]
    slots: list[Slot]
    sheets: list[Sheet]
    items: list[AgendaItem]
    meetings: list[Meeting]
    weeks: list[Week]
    matches: list[TitleMatch]
    entries: list[Entry]
    sections: list[Section]
    lists: list[ReadingList]
    links: list[ReadingLink]
    readings: list[Reading]
    note_templates: list[NoteTemplate]
    template_versions: list[TemplateVersion]  # the last of each
    note_policy: NotePolicy | None
    assignments: list[Assignment]

    @cached_property
    def agenda(self) -> dict[int | None, list[AgendaItem]]:
        """The items of each meeting; under None those that are parked."""
        known = {meeting.pk for meeting in self.meetings}
        found: dict[int | None, list[AgendaItem]] = defaultdict(list)
        for item in self.items:
            found[item.meeting_id if item.meeting_id in known else None].append(item)
        return found

    @cached_property
    def items_by_key(self) -> dict[int, AgendaItem]:
        """Every item."""
        return {item.pk: item for item in self.items}

    @cached_property
    def meetings_by_key(self) -> dict[int, Meeting]:
        """Every meeting."""
        return {meeting.pk: meeting for meeting in self.meetings}

    @cached_property
    def readings_by_key(self) -> dict[int, Reading]:
        """Every reading."""
        return {reading.pk: reading for reading in self.readings}

    @cached_property
    def holiday_names(self) -> set[int]:
        """The items that only say what a holiday is called: its first words that nobody presents.

        All else on a holiday waits for a class, as on one that was cancelled.
        """
        presented = {slot.agenda_item_id for slot in self.slots}
        found: set[int] = set()
        for meeting in self.meetings:
            if meeting.status == Status.HOLIDAY:
                words = [
                    item
                    for item in self.agenda[meeting.pk]
                    if item.reading_id is None and item.pk not in presented
                ]
                found.update(item.pk for item in words[:1])
        return found

    def planned_for(self, meeting: Meeting) -> list[AgendaItem]:
        """What was planned for a meeting, apart from the name of its holiday."""
        return [item for item in self.agenda[meeting.pk] if item.pk not in self.holiday_names]

    @cached_property
    def classes(self) -> list[OldClass]:
        """The meetings that want a day: those that took place, and others with a plan."""
        return [
            OldClass(meeting.pk, is_empty=not planned)
            for meeting in self.meetings
            if (planned := self.planned_for(meeting)) or meeting.status == Status.CLASS
        ]

    @property
    def is_dated(self) -> bool:
        """Whether any meeting has a date."""
        return any(meeting.meets_on for meeting in self.meetings)

    @property
    def usual_days(self) -> list[int]:
        """The weekdays on which it mostly met (Monday is 0), as a course may not say itself."""
        found = Counter(one.meets_on.weekday() for one in self.meetings if one.meets_on)
        most = max(found.values(), default=0)
        return sorted(day for day, times in found.items() if times * 4 >= most)


def contents_of(course: Course) -> Contents:
    """Everything of ``course`` that a copy has; sixteen queries.

    What hangs on something is read before it, so that whatever is planned in between is whole.
    """
    return Contents(
        seats=list(Seat.objects.filter(slot__course=course).order_by("slot_id", "number")),
        slots=list(Slot.objects.filter(course=course).order_by("id")),
        sheets=list(Sheet.objects.filter(course=course).select_related("course").order_by("id")),
        items=list(course.agenda_items.order_by("position", "id")),
        meetings=list(
            course.meetings.select_related("week").order_by("week__number", "position", "id")
        ),
        weeks=list(course.weeks.order_by("number")),
        matches=list(TitleMatch.objects.filter(entry__section__reading_list__course=course)),
        entries=list(
            Entry.objects.filter(section__reading_list__course=course).order_by("position", "id")
        ),
        sections=list(
            Section.objects.filter(reading_list__course=course).order_by("position", "id")
        ),
        lists=list(course.reading_lists.order_by("position", "id")),
        links=list(
            ReadingLink.objects.filter(reading__course=course)
            .exclude(role=LinkRole.NOTES)
            .order_by("id")
        ),
        readings=list(
            course.readings.select_related("paper", "pinned_version")
            .defer("paper__abstract", "paper__abstract_html")
            .order_by("id")
        ),
        note_templates=list(course.note_templates.order_by("id")),
        template_versions=_last_versions(course),
        note_policy=NotePolicy.objects.filter(course=course).first(),
        assignments=list(Assignment.objects.filter(reading__course=course).order_by("id")),
    )


def _last_versions(course: Course) -> list[TemplateVersion]:
    versions = TemplateVersion.objects.filter(template__course=course).order_by("number")
    return list({one.template_id: one for one in versions}.values())


def left_behind(course: Course) -> dict[str, int]:
    """How many of what is never copied there are, by what people call them; four queries."""
    return {
        "note": Note.objects.filter(reading__course=course).count(),
        "comment": Comment.objects.filter(reading__course=course).count(),
        "sign-up": SignUp.objects.filter(slot__course=course).count(),
        "member": Membership.objects.filter(course=course).count(),
    }


def teaches(user: User, course: Course) -> bool:
    """Whether ``user`` is an instructor of ``course``."""
    return Membership.objects.filter(course=course, user=user, role=Role.INSTRUCTOR).exists()
