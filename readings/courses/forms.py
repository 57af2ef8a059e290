"""Forms of courses and people."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django import forms

from readings.courses.models import Course, Role, Visibility

WEEKDAYS = [
    (0, "Mon"),
    (1, "Tue"),
    (2, "Wed"),
    (3, "Thu"),
    (4, "Fri"),
    (5, "Sat"),
    (6, "Sun"),
]


def _zones() -> list[str]:
    return sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone or zone == "UTC")


class DateInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class TimeInput(forms.TimeInput):
    """The browser's own clock."""

    input_type = "time"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", **kwargs)


class CourseForm(forms.ModelForm[Course]):
    """What a course is; the same form makes one and changes it."""

    meeting_days = forms.TypedMultipleChoiceField(
        label="Meets on",
        choices=WEEKDAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Course
        fields = [
            "title",
            "code",
            "term",
            "starts_on",
            "ends_on",
            "meeting_days",
            "meets_from",
            "meets_until",
            "time_zone",
            "visibility",
        ]
        labels = {
            "starts_on": "First day",
            "ends_on": "Last day",
            "meets_from": "From",
            "meets_until": "Until",
            "visibility": "Who may look at it",
        }
        help_texts = {
            "code": "Such as EECS 598.",
            "term": "Such as Fall 2025.",
            "time_zone": "Every time in the course is shown in this zone.",
        }
        widgets = {
            "starts_on": DateInput(),
            "ends_on": DateInput(),
            "meets_from": TimeInput(),
            "meets_until": TimeInput(),
            "time_zone": forms.TextInput(
                attrs={"list": "time-zones", "autocomplete": "off", "data-guess-zone": True}
            ),
            "visibility": forms.RadioSelect(choices=Visibility.choices),
        }

    time_zones = _zones()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.is_template:
            del self.fields["visibility"]  # its instructors look at it, and nobody else

    def clean(self) -> dict[str, Any]:
        """Refuse a term or a class that ends before it starts."""
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "The last day is before the first.")
        start, end = cleaned.get("meets_from"), cleaned.get("meets_until")
        if start and end and end <= start:
            self.add_error("meets_until", "Class would end before it starts.")
        if end and not start:
            self.add_error("meets_from", "Say when class starts, too.")
        return cleaned


class RoleForm(forms.Form):
    """The role of one member."""

    role = forms.ChoiceField(choices=Role.choices)
