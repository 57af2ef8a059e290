"""Forms of the staff's page: what is fixed, the seed, until when what is left can be taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from readings.accounts.models import User
from readings.courses.models import Course
from readings.presentations import queries
from readings.presentations.models import Sheet, Slot
from readings.presentations.sheets.fields import LocalDateTimeField
from readings.presentations.wishes.parties import wishing_groups, wishing_people
from readings.presentations.wishes.services import MAX_SEED


class SlotField(forms.ModelChoiceField[Slot]):
    """A slot by its name and date."""

    def label_from_instance(self, obj: Slot) -> str:
        """``DSPy (Wed Sep 17)``."""
        return queries.describe(obj)


class PartyField(forms.ModelChoiceField[Any]):
    """A person by name and address, for two may have one name; a group by its name."""

    def label_from_instance(self, obj: Any) -> str:
        """``Bob Baker (bob@example.edu)``."""
        return f"{obj} ({obj.email})" if isinstance(obj, User) else str(obj)


class FixForm(forms.Form):
    """Who gets which slot, whatever anybody wishes."""

    def __init__(self, sheet: Sheet, slots: Sequence[Slot], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who = wishing_groups(sheet) if sheet.is_for_groups else wishing_people(sheet)
        self.fields["presenter"] = PartyField(
            label="Group" if sheet.is_for_groups else "Person",
            queryset=who,
            empty_label="Choose…",
        )
        rows = queries.with_item(Slot.objects.filter(pk__in=[slot.pk for slot in slots]))
        self.fields["slot"] = SlotField(
            label="gets", queryset=queries.in_order(rows), empty_label="Choose…"
        )


class RunForm(forms.Form):
    """With which seed."""

    seed = forms.IntegerField(
        label="Seed",
        required=False,
        min_value=0,
        max_value=MAX_SEED,
        help_text="Ties are broken by it. Leave it empty for a random one; the same seed gives the "
        "same answer.",
    )


class OpenRestForm(forms.Form):
    """Until when what is left can be taken."""

    closes_at = LocalDateTimeField(
        label="Sign-up closes", required=False, help_text="Empty: each when its class is over."
    )

    def __init__(self, course: Course, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["closes_at"]
        assert isinstance(field, LocalDateTimeField)  # noqa: S101 (it says so above)
        field.zone = course.zone
