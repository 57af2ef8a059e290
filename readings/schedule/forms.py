"""The fields in which people say when there is no class."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from django import forms
from django.http import QueryDict

from readings.schedule.calendar_events import MAX_BYTES
from readings.schedule.holidays import (
    HolidaysRead,
    each_once,
    read_calendar,
    read_holidays,
    write_holidays,
)

EXAMPLE = "Sep 7: Labor Day\nOct 12-13 Fall study break\nNov 25 - 27 Thanksgiving"


class HolidaysForm(forms.Form):
    """Days without class: typed, and from the file of a university's calendar.

    A file's holidays are written to the typed ones: a browser forgets a chosen file, and a person
    can mend what was read.
    """

    holidays = forms.CharField(
        label="Days without class, one a line",
        required=False,
        strip=False,
        max_length=100_000,
        widget=forms.Textarea(
            attrs={"rows": 5, "class": "mono", "spellcheck": "false", "placeholder": EXAMPLE}
        ),
        help_text="A day or a range, and what it is called.",
    )
    calendar = forms.FileField(
        label="And your university’s calendar",
        required=False,
        allow_empty_file=True,
        help_text="A file in the iCalendar format (.ics). Its days off are written above.",
        widget=forms.FileInput(attrs={"accept": ".ics,text/calendar"}),
    )

    def read_days_off(
        self, cleaned: dict[str, Any], first: dt.date, last: dt.date
    ) -> tuple[HolidaysRead, HolidaysRead]:
        """What was typed, and what else the file says; for ``clean``."""
        typed, upload = cleaned.get("holidays", ""), cleaned.get("calendar")
        read = read_holidays(typed, starts_on=first, ends_on=last)
        if upload is None:
            return read, HolidaysRead()
        # One byte too many is enough to be told that it is too large.
        listed = read_calendar(upload.read(MAX_BYTES + 1), starts_on=first, ends_on=last)
        known = {holiday.day for holiday in read.holidays}
        new = each_once(holiday for holiday in listed.holidays if holiday.day not in known)
        if new:
            self._write("holidays", f"{typed.rstrip()}\n{write_holidays(new)}".lstrip())
        return read, HolidaysRead(new, listed.problems)

    def _write(self, name: str, text: str) -> None:
        """Put a text into the field as if it had been typed."""
        written = cast(QueryDict, self.data).copy()
        written[self.add_prefix(name)] = text
        self.data = written
