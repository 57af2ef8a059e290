"""What a marker fills in for one note."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime

from readings.marking.marks import NotAMark, read_mark
from readings.marking.services import Shown
from readings.notes.policy import Policy


class MarkForm(forms.Form):
    """A mark, a remark, and the mark that the page had shown."""

    mark = forms.CharField(required=False)
    shown_mark = forms.CharField(required=False)
    based_on = forms.CharField(required=False)
    remark = forms.CharField(required=False, strip=False)

    def __init__(self, policy: Policy, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._policy = policy

    def clean_mark(self) -> Decimal | None:
        """What was typed as a mark of this course."""
        try:
            return read_mark(self._policy, self.cleaned_data["mark"])
        except NotAMark as refusal:
            raise forms.ValidationError(str(refusal)) from None

    def clean_shown_mark(self) -> Decimal | None:
        """The mark the page had shown; one that nobody can have shown is none."""
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
