"""Forms about swaps."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from readings.courses.access import Access
from readings.presentations.models import SignUp
from readings.presentations.swaps.choosing import Choices

ANYBODY: Final = ("all", "Anybody, for a seat of theirs")
NOT_ANY_MORE: Final = "That is not possible any more: choose again."


class OfferForm(forms.Form):
    """To whom, or for which seat, and a word to them; ``way`` is swap, hand_over or all."""

    def __init__(self, way: str, found: Choices, data: Any = None) -> None:
        super().__init__(data)
        if way != "all":
            first = ANYBODY if way == "swap" else ("", "Choose…")
            self.fields["whom"] = forms.ChoiceField(
                label="For which seat" if way == "swap" else "To whom",
                choices=[first, *found.choices],
                error_messages={
                    "required": "Choose who is to have your seat.",
                    "invalid_choice": NOT_ANY_MORE,
                },
            )
        self.fields["message"] = forms.CharField(
            label="A word to them",
            required=False,
            max_length=300,
            widget=forms.Textarea(attrs={"rows": 3, "maxlength": 300}),
        )


class DisagreeForm(forms.Form):
    """Why staff do not agree."""

    why = forms.CharField(
        label="Why not",
        max_length=300,
        error_messages={"required": "Say why, so that they know what would do."},
    )


class ExchangeForm(forms.Form):
    """Two taken seats that staff exchange; ``seats`` by sheet, to choose from."""

    def __init__(
        self, access: Access, seats: list[tuple[str, list[tuple[int, str]]]], data: Any = None
    ) -> None:
        super().__init__(data)
        held = SignUp.objects.filter(slot__course=access.course)
        for name, label in (("one", "This seat"), ("other", "for this one")):
            field = forms.ModelChoiceField(
                held.select_related("slot", "user", "group"),
                label=label,
                error_messages={
                    "required": "Choose a seat.",
                    "invalid_choice": "Somebody gave that seat up a moment ago: choose again.",
                },
            )
            field.widget.choices = [("", "Choose…"), *seats]
            self.fields[name] = field
