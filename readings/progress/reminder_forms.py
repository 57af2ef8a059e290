"""The form in which the staff chooses of what people are reminded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
        help_text="The mail begins “Dear” and the name; then come your words, then the notes that "
        "are not submitted, with their deadlines, and your name at the end.",
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

    @property
    def seen(self) -> dict[str, str]:
        """What a preview was about, for the fields of the form that sends it."""
        cleaned = self.cleaned_data
        reading = cleaned["reading"] if cleaned["which"] == Which.READING else None
        parts = [cleaned["which"], str(reading or ""), "again" * cleaned["again"]]
        return {"seen_choice": ":".join(parts), "seen_words": _plain(cleaned["words"])}

    def changed_since(self, shown: Mapping[str, str]) -> str:
        """What is no longer as a preview said, ``shown`` being what it sent; empty: nothing."""
        seen = self.seen
        choice = shown.get("seen_choice") != seen["seen_choice"]
        words = _plain(shown.get("seen_words", "")) != seen["seen_words"]
        return " and ".join(["what to remind of"] * choice + ["the words"] * words)

    def clean(self) -> dict[str, Any]:
        """One reading has to be chosen where it is about one."""
        cleaned = super().clean() or {}
        wants_one = cleaned.get("which") == Which.READING
        if wants_one and "reading" not in self.errors and not cleaned.get("reading"):
            self.add_error("reading", "Choose the reading, or remind of the next class.")
        return cleaned


def _plain(words: str) -> str:
    """Without what browsers do to line ends and the form to the edges."""
    return words.replace("\r\n", "\n").strip()
