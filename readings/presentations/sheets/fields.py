"""Fields that several forms of sheets and slots have."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone

from readings.accounts.models import User
from readings.core.clock import instant_of
from readings.courses.models import Course
from readings.presentations.sheets.queries import place_of
from readings.schedule.models import AgendaItem


class LocalDateTimeField(forms.DateTimeField):
    """An instant (UTC), typed and shown as the clocks of a course's zone show it."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    zone: ZoneInfo = ZoneInfo("UTC")

    def to_python(self, value: Any) -> dt.datetime | None:
        """The instant; a time that daylight saving leaves out is taken an hour later."""
        # Django reads the text in its current zone, which knows no gaps when it is UTC.
        with timezone.override(dt.UTC):
            typed = super().to_python(value)
        return None if typed is None else instant_of(typed.date(), typed.time(), self.zone)

    def prepare_value(self, value: Any) -> Any:
        """The local time; what was typed stays as it was typed."""
        if isinstance(value, dt.datetime):
            return value.astimezone(self.zone).replace(tzinfo=None)
        return value


class AgendaItemField(forms.ModelChoiceField[AgendaItem]):
    """One agenda item, by date and name."""

    def label_from_instance(self, obj: AgendaItem) -> str:
        """``Wed Sep 17: DSPy``."""
        return f"{place_of(obj)}: {obj}"


class AgendaItemsField(forms.ModelMultipleChoiceField[AgendaItem]):
    """Several agenda items, by date and name."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: AgendaItem) -> str:
        """``Wed Sep 17: DSPy``."""
        return f"{place_of(obj)}: {obj}"


class PersonField(forms.ModelChoiceField[User]):
    """A member of the course, by name."""

    def label_from_instance(self, obj: User) -> str:
        """The name, with the address, for there may be two of that name."""
        return f"{obj.display_name} <{obj.email}>"


class PeopleField(forms.ModelMultipleChoiceField[User]):
    """Several members of the course, by name."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: User) -> str:
        """The name, with the address, for there may be two of that name."""
        return f"{obj.display_name} <{obj.email}>"


def set_zone(form: forms.Form, course: Course, *, opens: str, closes: str) -> None:
    """Let the window of ``form`` be in the course's zone, and say what an empty field means."""
    for name, unset in (("opens_at", opens), ("closes_at", closes)):
        field = form.fields[name]
        if isinstance(field, LocalDateTimeField):
            field.zone = course.zone
        field.help_text = f"In {course.zone_name}. Empty: {unset}."


def check_window(form: forms.Form, cleaned: dict[str, Any]) -> None:
    """Refuse a sign-up that closes before it opens, at the field."""
    opens, closes = cleaned.get("opens_at"), cleaned.get("closes_at")
    if opens and closes and closes <= opens:
        form.add_error("closes_at", "Sign-up would close before it opens.")
