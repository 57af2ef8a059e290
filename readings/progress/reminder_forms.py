"""The form in which the staff chooses of what people are reminded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from readings.progress.class_book import Column
from readings.progress.owing import Which


class ReminderForm(forms.Form):
    """Which notes, with which words."""

    which = forms.ChoiceField(
        label="Remind of", choices=Which.choices, widget=forms.RadioSelect, initial=Which.NEXT
    )
    reading = forms.TypedChoiceField(
        label="Which reading, if of one", required=False, coerce=int, empty_value=None
    )
    words = forms.CharField(
        label="In your words",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="They stand above the list of notes in everybody's mail.",
    )
    again = forms.BooleanField(
        label="Also those who were reminded of the same in the last 12 hours", required=False
    )

    def __init__(self, columns: Sequence[Column], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reading"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 (it says so above)
        field.choices = [
            ("", "–"), *((one.id, one.name) for one in columns if one.duty.due_at is not None)
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """One reading has to be chosen where it is about one."""
        cleaned = super().clean() or {}
        wants_one = cleaned.get("which") == Which.READING
        if wants_one and "reading" not in self.errors and not cleaned.get("reading"):
            self.add_error("reading", "Choose the reading, or remind of the next class.")
        return cleaned
