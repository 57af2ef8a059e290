"""Forms of slots: staff say what there is to present."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone

from readings.accounts.models import User
from readings.core.clock import instant_of, short_date
from readings.courses.models import Course, Group, Membership, Role
from readings.presentations import queries
from readings.presentations.models import Slot, TakenBy
from readings.presentations.sheets.services import MAX_SEATS, MAX_SLOTS_A_MEETING, Terms
from readings.schedule.models import AgendaItem, Stage

ANY_STAGE = "any"


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


class TermsForm(forms.Form):
    """What every slot has; ``terms`` gives it once the form is valid."""

    seats = forms.IntegerField(
        min_value=1, max_value=MAX_SEATS, initial=1, help_text="How many present together."
    )
    taken_by = forms.ChoiceField(
        label="A seat is for",
        choices=[(TakenBy.PERSON, "one person"), (TakenBy.GROUP, "one group")],
        initial=TakenBy.PERSON,
        widget=forms.RadioSelect,
    )
    minutes = forms.IntegerField(
        label="Minutes", min_value=1, max_value=600, required=False, help_text="How long it takes."
    )
    opens_at = LocalDateTimeField(label="Sign-up opens", required=False)
    closes_at = LocalDateTimeField(label="Sign-up closes", required=False)

    def __init__(self, course: Course, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.course = course
        for name, unset in (("opens_at", "at once"), ("closes_at", "when class is over")):
            field = cast(LocalDateTimeField, self.fields[name])
            field.zone = course.zone
            field.help_text = f"In {course.zone_name}. Empty: {unset}."

    def clean(self) -> dict[str, Any]:
        """Refuse a sign-up that closes before it opens."""
        cleaned: dict[str, Any] = super().clean() or {}
        opens, closes = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", "Sign-up would close before it opens.")
        return cleaned

    @property
    def terms(self) -> Terms:
        """What was filled in."""
        given = self.cleaned_data
        return Terms(
            title=given.get("title", ""),
            seats=given["seats"],
            taken_by=given["taken_by"],
            minutes=given["minutes"],
            opens_at=given["opens_at"],
            closes_at=given["closes_at"],
        )


class SlotForm(TermsForm):
    """One slot's terms."""

    title = forms.CharField(
        max_length=120,
        required=False,
        help_text="Such as Tech talk. Empty: it is called as what stands on the agenda.",
    )
    field_order = ["title"]


class AgendaItemField(forms.ModelChoiceField[AgendaItem]):
    """One agenda item, by date and name."""

    def label_from_instance(self, obj: AgendaItem) -> str:
        """``Wed Sep 17: DSPy``."""
        return f"{place_of(obj)}: {obj}"


class NewSlotForm(SlotForm):
    """One slot, and what it hangs on."""

    item = AgendaItemField(
        label="What is presented",
        queryset=AgendaItem.objects.none(),
        help_text="The slot moves with it when it is moved to another class.",
    )
    field_order = ["item", "title"]

    def __init__(self, course: Course, *args: Any, **kwargs: Any) -> None:
        super().__init__(course, *args, **kwargs)
        places = queries.places_for_slots(course)
        cast(AgendaItemField, self.fields["item"]).queryset = places
        self.has_places = places.exists()


class AgendaItemsField(forms.ModelMultipleChoiceField[AgendaItem]):
    """Several agenda items, by date and name."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: AgendaItem) -> str:
        """``Wed Sep 17: DSPy``."""
        return f"{place_of(obj)}: {obj}"


class ReadingSlotsForm(TermsForm):
    """A slot on each of the ticked readings: those that have none yet are offered, ticked."""

    items = AgendaItemsField(
        label="Readings",
        queryset=AgendaItem.objects.none(),
        error_messages={"required": "Tick at least one reading."},
    )

    def __init__(self, course: Course, *args: Any, **kwargs: Any) -> None:
        super().__init__(course, *args, **kwargs)
        field = cast(AgendaItemsField, self.fields["items"])
        field.queryset = queries.readings_to_lead(course).filter(slots__isnull=True)
        field.initial = field.queryset
        self.has_places = field.queryset.exists()


class PresentationSlotsForm(TermsForm):
    """Slots on every presentation class of a stage."""

    stage = forms.ChoiceField(label="On every class with")
    slots_each = forms.IntegerField(
        label="Slots in each class", min_value=1, max_value=MAX_SLOTS_A_MEETING, initial=4
    )
    title = forms.CharField(
        label="Called",
        max_length=100,
        required=False,
        help_text="With a number after it. Empty: Pitch 1, Pitch 2 and so on.",
    )
    field_order = ["stage", "slots_each", "minutes", "title"]

    def __init__(self, course: Course, *args: Any, **kwargs: Any) -> None:
        super().__init__(course, *args, **kwargs)
        self.fields["minutes"].initial = 10
        self.fields["taken_by"].initial = TakenBy.GROUP
        self.found = queries.presentations_of(course)
        stages = list(dict.fromkeys(item.stage for item in self.found))
        choices = [(stage or ANY_STAGE, self._words(stage)) for stage in stages]
        cast(forms.ChoiceField, self.fields["stage"]).choices = choices
        self.has_places = bool(choices)

    @property
    def chosen(self) -> list[AgendaItem]:
        """The agenda items of the chosen stage."""
        stage = self.cleaned_data["stage"]
        return [item for item in self.found if (item.stage or ANY_STAGE) == stage]

    def _words(self, stage: str) -> str:
        """``Pitch (Mon Oct 6, Wed Oct 8)``."""
        name = Stage(stage).label if stage else "presentations without a stage"
        days = [place_of(item) for item in self.found if item.stage == stage]
        return f"{name} ({', '.join(days)})"


class PersonField(forms.ModelChoiceField[User]):
    """A member of the course, by name."""

    def label_from_instance(self, obj: User) -> str:
        """The name, with the address, for there may be two of that name."""
        return f"{obj.display_name} <{obj.email}>"


class PutOnSeatForm(forms.Form):
    """Who gets a seat: a member, or a group."""

    presenter: forms.ModelChoiceField[Any]

    def __init__(self, slot: Slot, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = {"sign_ups__slot": slot}
        field: forms.ModelChoiceField[Any]
        if slot.sheet.is_for_groups:
            groups = Group.objects.filter(course=slot.course).exclude(**there)
            field = forms.ModelChoiceField(label="Group", queryset=groups)
        else:
            members = Membership.objects.filter(course=slot.course).exclude(role=Role.AUDITOR)
            people = User.objects.filter(memberships__in=members).exclude(**there)
            field = PersonField(label="Person", queryset=people.order_by("name", "email"))
        field.empty_label = "Choose…"
        self.fields["presenter"] = field


def place_of(item: AgendaItem) -> str:
    """``Wed Sep 17``, ``no date yet``, ``not scheduled``."""
    if item.meeting is None:
        return "not scheduled"
    return short_date(item.meeting.meets_on) if item.meeting.meets_on else "no date yet"
