"""The form of a new term."""

from __future__ import annotations

from typing import Any

from django import forms

from readings.courses.forms import WEEKDAYS, DateInput, TimeInput
from readings.courses.models import Course
from readings.next_term.laying import Layout
from readings.next_term.queries import Contents
from readings.next_term.services import MAX_DAYS, NoClassDays, Term, TooManyMeetings, lay_out
from readings.schedule.forms import HolidaysForm
from readings.schedule.holidays import HolidaysRead, Problem, each_once


class NextTermForm(HolidaysForm):
    """A course from another's plan: what it is called, when it meets, when it does not.

    After ``is_valid``: ``layout`` is where everything goes, ``problems`` what was not understood
    of the holidays, which hinders nothing.  A file's holidays stand in the text after that.
    """

    title = forms.CharField(max_length=200)
    code = forms.CharField(max_length=40, required=False, help_text="Such as EECS 598.")
    term = forms.CharField(max_length=40, required=False, help_text="Such as Fall 2026.")
    starts_on = forms.DateField(label="First day", widget=DateInput())
    ends_on = forms.DateField(label="Last day", widget=DateInput())
    meeting_days = forms.TypedMultipleChoiceField(
        label="Meets on", choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    meets_from = forms.TimeField(
        label="From",
        required=False,
        widget=TimeInput(),
        help_text="Left empty, each class begins when it did. Special hours stay.",
    )
    meets_until = forms.TimeField(label="Until", required=False, widget=TimeInput())
    with_staff = forms.BooleanField(
        label="Take the other instructors and the assistants along", required=False
    )

    layout: Layout
    problems: tuple[Problem, ...] = ()

    def __init__(
        self, source: Course, contents: Contents, posted: Any = None, files: Any = None
    ) -> None:
        self.contents = contents
        initial = {
            "title": source.title,
            "code": source.code,
            "meeting_days": source.meeting_days or contents.usual_days,
            "meets_from": source.meets_from,
            "meets_until": source.meets_until,
        }
        super().__init__(posted, files, initial=initial)
        if not contents.is_dated:
            for name in ("starts_on", "ends_on", "meeting_days"):
                self.fields[name].required = False
            self.fields[
                "starts_on"
            ].help_text = "Without dates the plan stays as it is, week by week."

    def clean(self) -> dict[str, Any]:
        """Read the holidays and lay out the term; each complaint is beside its field."""
        cleaned = super().clean() or {}
        self._check_hours(cleaned)
        if self._has_term(cleaned):
            read = self._read_holidays(cleaned)
            cleaned["holidays"], self.problems = read.holidays, read.problems
            self._lay_out(cleaned)
        elif cleaned.get("calendar"):
            again = "Choose this file again: it is read when the dates of the term are right."
            self.add_error("calendar", again)
        return cleaned

    @property
    def dates(self) -> Term:
        """The dates of the new term."""
        names = ("starts_on", "ends_on", "meeting_days", "holidays")
        starts_on, ends_on, days, holidays = (self.cleaned_data[name] for name in names)
        return Term(starts_on, ends_on, tuple(days), holidays)

    def _check_hours(self, cleaned: dict[str, Any]) -> None:
        start, end = cleaned.get("meets_from"), cleaned.get("meets_until")
        if start and end and end <= start:
            self.add_error("meets_until", "Class would end before it starts.")
        if end and not start:
            self.add_error("meets_from", "Say when class starts, too.")

    def _has_term(self, cleaned: dict[str, Any]) -> bool:
        """Whether the term can be laid out; half of one is an error where there may be none."""
        first, last, days = (cleaned.get(n) for n in ("starts_on", "ends_on", "meeting_days"))
        names = {"starts_on", "ends_on", "meeting_days", "holidays"}
        if names & self.errors.keys():
            return False
        if first and last and last < first:
            self.add_error("ends_on", "The last day is before the first.")
            return False
        if (first or last) and not (first and last and days):
            empty = {"starts_on": first, "ends_on": last, "meeting_days": days}
            for name, value in empty.items():
                if not value:
                    self.add_error(name, "A term with dates needs this, too.")
            return False
        return True

    def _read_holidays(self, cleaned: dict[str, Any]) -> HolidaysRead:
        first, last = cleaned["starts_on"], cleaned["ends_on"]
        typed, upload = cleaned["holidays"], cleaned.get("calendar")
        if first is None or last is None:
            if typed.strip() or upload:
                self.add_error("holidays", "Holidays need the first and the last day of the term.")
            return HolidaysRead()
        if (last - first).days > MAX_DAYS:
            return HolidaysRead()  # such a term is refused as a whole
        read, listed = self.read_days_off(cleaned, first, last)
        found = each_once([*read.holidays, *listed.holidays])
        return HolidaysRead(found, read.problems + listed.problems)

    def _lay_out(self, cleaned: dict[str, Any]) -> None:
        if self.errors:
            return
        self.cleaned_data = cleaned
        try:
            self.layout = lay_out(self.contents, self.dates)
        except TooManyMeetings as refusal:
            self.add_error("ends_on", str(refusal))
        except NoClassDays as refusal:
            self.add_error(refusal.field, str(refusal))


class TemplateForm(forms.Form):
    """What a template is called."""

    title = forms.CharField(max_length=200)
