"""The forms of a course's rules and of what single readings ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict

from readings.core.clock import short_time
from readings.courses.forms import DateInput, TimeInput
from readings.courses.models import Course
from readings.notes.asking.clock_changes import (
    day_in_words,
    doubled_words,
    is_doubled,
    is_left_out,
    shown_instead,
)
from readings.notes.asking.lengths import in_words, read_minutes
from readings.notes.asking.queries import PlannedNote
from readings.notes.asking.rules_services import ReadingRules
from readings.notes.models import NotePolicy, NoteTemplate
from readings.notes.policy import Due

_DAY: Final = 24 * 60
_YEAR: Final = dt.timedelta(days=366)


class LengthField(forms.CharField):
    """A length of time in words; its value is in minutes."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(max_length=60, **kwargs)
        self.most = most

    def prepare_value(self, value: Any) -> Any:
        """Minutes as words; what was typed as it was typed."""
        return in_words(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        """The minutes; None for an empty field that may be."""
        text = super().clean(value)
        if not text:
            return None
        minutes = read_minutes(text)
        if minutes is None:
            raise forms.ValidationError(
                "Write a length of time, such as 2 hours, 90 minutes or 1 day."
            )
        if minutes > self.most:
            raise forms.ValidationError(f"This may be {in_words(self.most)} at most.")
        return minutes


def _number(low: int, high: int, label: str, *, optional: bool = False, text: str = "") -> Any:
    return forms.IntegerField(
        label=label, min_value=low, max_value=high, required=not optional, help_text=text
    )


@dataclass(frozen=True)
class Part:
    """Fields of the rules that belong together."""

    title: str
    fields: Sequence[BoundField]


class RulesForm(forms.ModelForm[NotePolicy]):
    """The rules of a course's notes, and the template that it usually has."""

    minutes_before = LengthField(
        label="How long before class",
        most=60 * _DAY,
        help_text="Such as 2 hours, 90 minutes or 1 day; 0 is when class begins.",
    )
    days_before = _number(0, 14, "Days before class", text="0 is the day of class itself.")
    grace_minutes = LengthField(
        label="Grace",
        most=_DAY,
        help_text="So much after the deadline is still in time: for slow lines and slow clocks.",
    )
    late_percent = _number(
        0, 100, "Percent off the mark", text="For each day late; a day begun counts."
    )
    late_days = _number(
        1, 366, "Taken for so many days", optional=True, text="Empty: until the end of the course."
    )
    skips = _number(0, 100, "Skips of each student", text="Notes that may be left out; 0 is none.")
    best_of = _number(
        1, 500, "Only the best so many count", optional=True, text="Empty: all count."
    )
    points = _number(1, 1000, "Points for each note, at most")
    percent_minus = _number(0, 100, "Check minus, percent")
    percent_check = _number(0, 100, "Check, percent")
    percent_plus = _number(0, 100, "Check plus, percent")
    sample = _number(
        1, 500, "Notes of each student that are marked", optional=True,
        text="So many are drawn by lot. Empty: all are marked.",
    )  # fmt: skip
    sample_seed = forms.CharField(
        label="Seed of the lot",
        required=False,
        max_length=40,
        help_text="With it anybody can draw again, and gets the same notes. Made when it is empty.",
    )
    presenters_read_minutes_before = LengthField(
        label="Presenters read all notes before class by",
        required=False,
        most=60 * _DAY,
        help_text="12 hours in every course that does not say otherwise. Empty: they read when "
        "everybody does.",
    )

    class Meta:
        model = NotePolicy
        fields = [
            "template", "due", "minutes_before", "days_before", "due_time", "grace_minutes",
            "late", "late_percent", "late_days", "skips", "skips_by", "unused_skip_drops",
            "presenters_exempt", "per", "best_of", "marking", "points", "percent_minus",
            "percent_check", "percent_plus", "sample", "sample_seed", "marking_split", "readers",
            "presenters_read_minutes_before", "anonymous",
        ]  # fmt: skip
        labels = {
            "template": "What notes usually ask",
            "due": "Notes are due",
            "due_time": "At",
            "late": "A note that comes after its deadline",
            "skips_by": "A skip is used up",
            "unused_skip_drops": "Each skip that is left at the end drops one lowest mark",
            "presenters_exempt": "Presenters are exempt from",
            "per": "One note is owed for",
            "marking": "A mark is",
            "marking_split": "Each note has one of the assistants to mark it",
            "readers": "Students read each other's notes",
            "anonymous": "Students do not see whose note it is; instructors and assistants do",
        }
        widgets = {
            "due": forms.RadioSelect,
            "due_time": TimeInput(),
            "late": forms.RadioSelect,
            "skips_by": forms.RadioSelect,
            "presenters_exempt": forms.RadioSelect,
            "per": forms.RadioSelect,
            "marking": forms.RadioSelect,
            "readers": forms.RadioSelect,
        }

    _PARTS: Final[Mapping[str, Sequence[str]]] = {
        "What is asked": ("template",),
        "When notes are due": (
            "due", "minutes_before", "days_before", "due_time", "grace_minutes",
        ),
        "Late notes": ("late", "late_percent", "late_days"),
        "Skips": ("skips", "skips_by", "unused_skip_drops"),
        "Presenters": ("presenters_exempt",),
        "What counts": ("per", "best_of"),
        "Marks": (
            "marking", "points", "percent_minus", "percent_check", "percent_plus", "sample",
            "sample_seed", "marking_split",
        ),
        "Who reads what": ("readers", "presenters_read_minutes_before", "anonymous"),
    }  # fmt: skip

    def __init__(self, *args: Any, templates: Sequence[NoteTemplate] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Read once, and not again for each thing that asks for the choices.
        self._templates = {str(one.pk): one for one in templates}
        chosen = self.instance.template_id
        self.fields["template"] = forms.TypedChoiceField(
            label="What notes usually ask",
            required=False,
            choices=[("", "Free text"), *((pk, one.name) for pk, one in self._templates.items())],
            coerce=self._templates.get,
            empty_value=None,
            initial=str(chosen or ""),
        )
        self.initial["template"] = str(chosen or "")
        self.fields["due"].choices = [  # type: ignore[attr-defined]
            (Due.BEFORE_CLASS.value, "some time before class"),
            (Due.TIME_OF_DAY.value, "at a time of day, on the day of class or days before it"),
        ]

    def clean(self) -> dict[str, Any]:
        """Checks are worth more, the better they are."""
        cleaned: dict[str, Any] = super().clean() or {}
        checks = [cleaned.get(f"percent_{name}") for name in ("minus", "check", "plus")]
        for less, more, name in zip(checks, checks[1:], ("check", "plus"), strict=False):
            if less is not None and more is not None and more < less:
                self.add_error(f"percent_{name}", f"This is less than the {less} % before it.")
        return cleaned

    def parts(self) -> list[Part]:
        """The fields as they stand on the page."""
        return [Part(title, [self[name] for name in names]) for title, names in self._PARTS.items()]


class ReadingRow(forms.Form):
    """What one reading asks."""

    template = forms.ChoiceField(required=False)
    due_on = forms.DateField(required=False, widget=DateInput())
    due_time = forms.TimeField(required=False, widget=TimeInput())
    is_skippable = forms.BooleanField(required=False)

    def __init__(
        self,
        course: Course,
        planned: PlannedNote,
        templates: Sequence[tuple[str, str]],
        data: QueryDict | None = None,
    ) -> None:
        stored = ReadingRules.of(planned.assignment)
        initial = {
            "template": str(stored.template_id or ""),
            "due_on": stored.due_on,
            "due_time": stored.due_time,
            "is_skippable": stored.is_skippable,
        }
        name = f"r{planned.reading.pk}"
        super().__init__(data, prefix=name, initial=initial)
        self.course = course
        self.planned = planned
        self.seen = self.data.get(f"{name}-seen", stored.seen) if self.is_bound else stored.seen
        self.is_shown = not self.is_bound or f"{name}-seen" in self.data
        self.is_changed_by_others = False
        self.remark = ""
        self.fields["template"].choices = templates  # type: ignore[attr-defined]
        what = planned.reading.name
        for field, label in (
            ("template", f"Template for {what}"),
            ("due_on", f"Day of the deadline for {what}"),
            ("due_time", f"Time of the deadline for {what}"),
            ("is_skippable", f"{what} may be skipped"),
        ):
            self.fields[field].widget.attrs["aria-label"] = label

    def clean(self) -> dict[str, Any]:
        """A deadline has a day and a time that clocks show."""
        cleaned: dict[str, Any] = super().clean() or {}
        day, time = cleaned.get("due_on"), cleaned.get("due_time")
        if day and not time and "due_time" not in self.errors:
            self.add_error("due_time", "Say at what time, too; 23:59 is the end of the day.")
        elif time and not day and "due_on" not in self.errors:
            self.add_error("due_on", "Say on which day, too, or empty the time.")
        elif day and time:
            self._check_clock(day, time)
        if day and "due_on" in self.changed_data and "due_on" not in self.errors:
            self._check_year(day)
        return cleaned

    def _check_year(self, day: dt.date) -> None:
        """Refuse a day that is more than a year away from the class, and from the term."""
        course, meeting = self.course, self.planned.meeting
        for what, first, last in (
            ("its class", meeting and meeting.meets_on, meeting and meeting.meets_on),
            ("the term", course.starts_on or course.ends_on, course.ends_on or course.starts_on),
        ):
            if first and last and not (first - day <= _YEAR and day - last <= _YEAR):
                self.add_error(
                    "due_on",
                    f"{day_in_words(day)} is more than a year away from {what}: is the year right?",
                )
                return

    def _check_clock(self, day: Any, time: Any) -> None:
        zone = self.course.zone
        try:
            if is_left_out(day, time, zone):
                later = short_time(shown_instead(day, time, zone))
                self.add_error(
                    "due_time",
                    f"On {day_in_words(day)} the clocks go forward and {short_time(time)} does "
                    f"not exist: take {later}, or a time before the gap.",
                )
            elif is_doubled(day, time, zone):
                self.remark = f"{self.planned.reading.name}: {doubled_words(day, time)}"
        except OverflowError:
            self.add_error("due_on", "This date is at the edge of the calendar: take another.")

    @property
    def rules(self) -> ReadingRules:
        """What a valid row says."""
        values = self.cleaned_data
        return ReadingRules(
            int(values["template"]) if values["template"] else None,
            values["due_on"],
            values["due_time"],
            values["is_skippable"],
        )
