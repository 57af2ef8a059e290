"""Forms of the board: over a plan, whose classes and items need not have a row yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from textwrap import shorten
from typing import Any

from django import forms

from readings.courses.forms import WEEKDAYS, DateInput, TimeInput
from readings.courses.models import Course
from readings.planning.comparing import meeting_words
from readings.planning.rearranging import LONGEST_MOVE, Way
from readings.schedule.edits import at_same_time
from readings.schedule.forms import HolidaysForm
from readings.schedule.holidays import each_once
from readings.schedule.models import Kind, Stage, Status
from readings.schedule.plan import MAX_MEETINGS, Plan, PlannedItem, PlannedMeeting
from readings.schedule.terms import TermDay, class_days

STAGES = [("", "–"), *Stage.choices]
SHELF = "shelf"


def class_choices(plan: Plan) -> list[tuple[str, str]]:
    """The classes of a plan, as in ``Week 3: Wed Sep 10``, with what they are about."""
    return [(str(one.id), _in_week(plan, one)) for one in plan.in_order]


def other_classes(plan: Plan, meeting: int, today: dt.date) -> list[tuple[str, Any]]:
    """The classes that take place but for one; those that were stand after those to come."""
    offered = [one for one in plan.in_order if one.takes_place and one.id != meeting]
    past = [one for one in offered if one.meets_on and one.meets_on < today]
    come = [one for one in offered if one not in past]
    groups = {"To come": come, "Past": past}
    return [
        (name, [(str(one.id), _in_week(plan, one)) for one in ones])
        for name, ones in groups.items()
        if ones
    ]


def _in_week(plan: Plan, meeting: PlannedMeeting) -> str:
    return f"Week {plan.weeks[meeting.week].number}: {class_words(plan, meeting)}"


def class_words(plan: Plan, meeting: PlannedMeeting) -> str:
    """``Wed Sep 10 (DSPy, TVM)``."""
    items = plan.items_of(meeting.id)[:3]
    names = ", ".join(shorten(plan.name_of(item), 40, placeholder=" …") for item in items)
    off = "" if meeting.takes_place else f"{meeting.status}: "
    said = f"{off}{names}"
    day = meeting_words(meeting, plan) if meeting.meets_on else "no date"
    return f"{day} ({said})" if said else day


class WeekForm(forms.Form):
    """What a week is about."""

    topic = forms.CharField(max_length=200, required=False)


class MeetingForm(forms.Form):
    """When a class takes place, and whether it does."""

    meets_on = forms.DateField(label="Date", required=False, widget=DateInput())
    meets_from = forms.TimeField(label="From", required=False, widget=TimeInput())
    meets_until = forms.TimeField(label="Until", required=False, widget=TimeInput())
    status = forms.ChoiceField(
        choices=Status.choices, initial=Status.CLASS, widget=forms.RadioSelect
    )
    room = forms.CharField(max_length=80, required=False)
    kind = forms.ChoiceField(
        label="Kind of everything on it",
        choices=[("", "as it is"), *Kind.choices],
        required=False,
    )
    is_pinned = forms.BooleanField(
        label="Pinned: what it is about stays here, whatever is shifted", required=False
    )
    outside_term = forms.BooleanField(label="It is meant to be outside the term", required=False)

    def __init__(
        self, course: Course, plan: Plan, meeting: PlannedMeeting | None, *args: Any, **kwargs: Any
    ) -> None:
        if meeting is not None:
            kwargs["initial"] = {
                name: getattr(meeting, name) for name in (*TIMES, "status", "room", "is_pinned")
            } | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.course, self.plan, self.meeting = course, plan, meeting
        if meeting is None or not plan.agenda[meeting.id]:
            del self.fields["kind"]
        self.asks_outside_term = False

    def clean(self) -> dict[str, Any]:
        """Refuse a class that ends early, has a time and no date, or meets another one."""
        cleaned: dict[str, Any] = super().clean() or {}
        day, start, end = (cleaned.get(name) for name in TIMES)
        if start and end and end <= start:
            self.add_error("meets_until", "Class would end before it starts.")
        if end and not start:
            self.add_error("meets_from", "Say when class starts, too.")
        if start and not day:
            self.add_error("meets_on", "A time needs a date.")
        if day and self._is_taken(cleaned):
            self.add_error("meets_on", "There is a class on that day at that time already.")
        if day and self._is_outside(day) and not cleaned.get("outside_term"):
            self.asks_outside_term = True
            self.add_error(
                "meets_on",
                f"That is outside the term, which is from {self.course.starts_on:%b %-d, %Y} to"
                f" {self.course.ends_on:%b %-d, %Y}. Tick below if it is meant.",
            )
        return cleaned

    def values(self) -> dict[str, Any]:
        """The class's own values."""
        names = (*TIMES, "status", "room", "is_pinned")
        values = {name: self.cleaned_data[name] for name in names}
        if values["meets_on"] is None:
            values["meets_from"] = values["meets_until"] = None
        return values

    def _is_taken(self, cleaned: Mapping[str, Any]) -> bool:
        times: dict[str, Any] = {name: cleaned.get(name) for name in TIMES}
        mine = PlannedMeeting(self.meeting.id if self.meeting else 0, week=0, **times)
        return any(at_same_time(mine, other) for other in self.plan.in_order if other.id != mine.id)

    def _is_outside(self, day: dt.date) -> bool:
        first, last = self.course.starts_on, self.course.ends_on
        changed = self.meeting is None or self.meeting.meets_on != day
        return bool(first and last and changed and not first <= day <= last)


TIMES = ("meets_on", "meets_from", "meets_until")


class AddPapersForm(forms.Form):
    """Papers to put on the agenda, by links or ids."""

    papers = forms.CharField(
        label="Links or ids, one or many",
        max_length=50_000,
        widget=forms.Textarea(
            attrs={
                "rows": 4,
                "placeholder": "https://arxiv.org/abs/1706.03762\n2205.14135\n10.1145/3620665.3640366",
            }
        ),
        help_text="arXiv addresses and ids, DOIs, any web address. One a line, or with commas.",
    )
    required = forms.BooleanField(label="Everyone is to read them", required=False, initial=True)


class AddWordsForm(forms.Form):
    """Something on the agenda that is no reading."""

    text = forms.CharField(label="Words", max_length=300)
    kind = forms.ChoiceField(choices=Kind.choices, initial=Kind.LECTURE)
    stage = forms.ChoiceField(choices=STAGES, required=False)


class ItemForm(forms.Form):
    """What an agenda item is, and where it stands."""

    meeting = forms.ChoiceField(label="Class")
    kind = forms.ChoiceField(choices=Kind.choices)
    stage = forms.ChoiceField(choices=STAGES, required=False)
    text = forms.CharField(label="Words", max_length=300)
    portion = forms.CharField(
        label="Which part", max_length=80, required=False, help_text="Such as: chapters 1–3."
    )
    is_spare = forms.BooleanField(label="Spare: gives way when a class is lost", required=False)
    is_pinned = forms.BooleanField(label="Pinned: stays on its day", required=False)

    def __init__(self, plan: Plan, item: PlannedItem, *args: Any, **kwargs: Any) -> None:
        here = plan.meeting_of[item.id]
        names = ("kind", "stage", "text", "portion", "is_spare", "is_pinned")
        initial = {name: getattr(item, name) for name in names}
        initial["meeting"] = SHELF if here is None else str(here)
        super().__init__(*args, **kwargs | {"initial": initial})
        choices = [(SHELF, "none: not scheduled"), *class_choices(plan)]
        self.fields["meeting"] = forms.ChoiceField(label="Class", choices=choices)
        del self.fields["text" if item.paper is not None else "portion"]

    @property
    def to(self) -> int | None:
        """The chosen class; None: none."""
        chosen = self.cleaned_data["meeting"]
        return None if chosen == SHELF else int(chosen)

    def values(self) -> dict[str, Any]:
        """The item's own values."""
        return {name: value for name, value in self.cleaned_data.items() if name != "meeting"}


class ReadingForm(forms.Form):
    """What a course says about a paper."""

    label = forms.CharField(
        label="Short name",
        max_length=60,
        required=False,
        help_text="As in EffPagedAttn; shown in bold.",
    )
    title = forms.CharField(
        label="Title in this course",
        max_length=500,
        required=False,
        help_text="Only where the fetched title is wrong or missing.",
    )
    required = forms.BooleanField(label="Everyone is to read it", required=False)


class CancelForm(forms.Form):
    """What becomes of what was planned for a class that is cancelled."""

    way = forms.ChoiceField(
        label="What was planned for it",
        choices=[
            (
                Way.SHIFT,
                "moves on, and so does everything after it, until something spare gives way",
            ),
            (Way.MOVE, "goes to another class"),
            (Way.SHELF, "waits, not scheduled"),
            (Way.STAY, "stays there: to be seen to later"),
        ],
        initial=Way.SHIFT,
        widget=forms.RadioSelect,
    )
    to = forms.ChoiceField(label="The other class", required=False)

    def __init__(self, plan: Plan, meeting: int, today: dt.date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = other_classes(plan, meeting, today)
        self.fields["to"] = forms.ChoiceField(
            label="The other class", choices=[("", "choose"), *choices], required=False
        )

    def clean(self) -> dict[str, Any]:
        """Refuse moving nowhere."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("way") == Way.MOVE and not cleaned.get("to"):
            self.add_error("to", "Say to which class it goes.")
        return cleaned


class ExchangeForm(forms.Form):
    """The class with which another one exchanges its content."""

    other = forms.ChoiceField(label="With")

    def __init__(self, plan: Plan, meeting: int, today: dt.date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = other_classes(plan, meeting, today)
        self.fields["other"] = forms.ChoiceField(
            label="With",
            choices=[("", "choose"), *choices],
            error_messages={"required": "Say with which class."},
        )


class InsertWeekForm(forms.Form):
    """Where a week is put in, and what makes room for it."""

    after = forms.TypedChoiceField(label="After", coerce=int)
    at_end = forms.TypedChoiceField(
        label="Room for it",
        choices=[
            ("yes", "a week more at the end of the term"),
            ("no", "spare classes give way; the term stays as long as it is"),
        ],
        coerce=lambda value: value == "yes",
        initial="yes",
        widget=forms.RadioSelect,
    )

    def __init__(self, plan: Plan, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        weeks = [(week.number, f"week {week.number}") for week in plan.weeks_in_order[:-1]]
        choices = [(0, "the beginning"), *weeks]
        self.fields["after"] = forms.TypedChoiceField(label="After", choices=choices, coerce=int)


class MoveTermForm(forms.Form):
    """By how much a whole term moves."""

    days = forms.IntegerField(
        label="Days later",
        min_value=-LONGEST_MOVE,
        max_value=LONGEST_MOVE,
        initial=7,
        help_text="A negative number moves it earlier. Holidays keep their dates.",
    )
    all_of_it = forms.TypedChoiceField(
        label="Which classes",
        choices=[("no", "those that are still to come"), ("yes", "the whole term")],
        coerce=lambda value: value == "yes",
        initial="no",
        widget=forms.RadioSelect,
    )


class TermForm(HolidaysForm):
    """The classes of a whole term: from days, times and holidays."""

    starts_on = forms.DateField(label="First day", widget=DateInput())
    ends_on = forms.DateField(label="Last day", widget=DateInput())
    meeting_days = forms.TypedMultipleChoiceField(
        label="Meets on", choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    meets_from = forms.TimeField(label="From", required=False, widget=TimeInput())
    meets_until = forms.TimeField(label="Until", required=False, widget=TimeInput())

    def __init__(self, course: Course, *args: Any, **kwargs: Any) -> None:
        names = ("starts_on", "ends_on", "meeting_days", "meets_from", "meets_until")
        kwargs["initial"] = {name: getattr(course, name) for name in names}
        super().__init__(*args, **kwargs)
        self.days: list[TermDay] = []

    def clean(self) -> dict[str, Any]:
        """Read the holidays, and lay the classes on the days."""
        cleaned: dict[str, Any] = super().clean() or {}
        start, end = cleaned.get("meets_from"), cleaned.get("meets_until")
        if start and end and end <= start:
            self.add_error("meets_until", "Class would end before it starts.")
        if end and not start:
            self.add_error("meets_from", "Say when class starts, too.")
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if not first or not last or "meeting_days" not in cleaned:
            return cleaned
        if last < first:
            self.add_error("ends_on", "The last day is before the first.")
            return cleaned
        if (last - first).days > 3 * 366:
            self.add_error("ends_on", "A term is at most three years long.")
            return cleaned
        typed, listed = self.read_days_off(cleaned, first, last)
        for problem in typed.problems:
            self.add_error("holidays", str(problem))
        for problem in listed.problems:
            self.add_error("calendar", str(problem))
        found = each_once([*typed.holidays, *listed.holidays])
        self.days = class_days(first, last, cleaned["meeting_days"], found)
        if len(self.days) > MAX_MEETINGS:
            said = f"That would be {len(self.days)} classes; a term has at most {MAX_MEETINGS}."
            self.add_error("ends_on", said)
        return cleaned
