"""What a marker fills in for one note."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime

from readings.marking.marks import NotAMark, read_mark, scale_key
from readings.marking.services import Shown
from readings.notes.policy import Policy


class MarkForm(forms.Form):
    """A mark, a remark, and the mark and the scale that the page had shown."""

    scale = forms.CharField(required=False)
    shown_mark = forms.CharField(required=False)
    mark = forms.CharField(required=False)
    based_on = forms.CharField(required=False)
    remark = forms.CharField(required=False, strip=False)

    def __init__(self, policy: Policy, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._policy = policy

    @property
    def is_outdated(self) -> bool:
        """Whether marks were something else when the page was opened."""
        return self.data.get("scale", "") not in ("", scale_key(self._policy))

    def clean_mark(self) -> Decimal | None:
        """What was typed as a mark of this course; it never means what it does not say there."""
        if self.is_outdated:
            typed = self.cleaned_data["mark"]
            if typed == self.data.get("shown_mark", ""):
                return None  # untouched
            raise forms.ValidationError(
                "The course has changed what a mark is since this page was opened, so what you "
                f"gave was not taken{f' (“{typed[:20]}”)' if typed else ''}. Look, and give it "
                "again."
            )
        try:
            return read_mark(self._policy, self.cleaned_data["mark"])
        except NotAMark as refusal:
            raise forms.ValidationError(str(refusal)) from None

    def clean_shown_mark(self) -> Decimal | None:
        """The mark the page had shown; one that nobody can have shown is none."""
        if self.is_outdated:
            return None
        try:
            return read_mark(self._policy, self.cleaned_data["shown_mark"])
        except NotAMark:
            return None

    def clean_based_on(self) -> dt.datetime | None:
        """When that was given."""
        try:
            found = parse_datetime(self.cleaned_data["based_on"])
        except ValueError:
            return None
        return found if found is not None and found.tzinfo is not None else None

    @property
    def shown(self) -> Shown:
        """What the marker saw; only after the form was found valid."""
        return Shown(self.cleaned_data["shown_mark"], self.cleaned_data["based_on"])
