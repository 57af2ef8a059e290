"""What presenters and the class fill in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.validators import URLValidator

from readings.presentations.day.materials import LINK, MAX_LABEL, SLIDES
from readings.presentations.day.models import TalkFeedback
from readings.presentations.day.opinions import CLARITY, DEPTH, MAX_TEXT, Opinion


def _numbered(steps: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    """``4 clear``: the words beside the number that is averaged."""
    return [(step, f"{step} {words}") for step, words in steps]


class _LabelForm(forms.Form):
    label = forms.CharField(
        max_length=MAX_LABEL,
        initial=SLIDES,
        label="What it is",
        help_text="The same words again make a new version; the old one is kept.",
        widget=forms.TextInput(attrs={"list": "labels", "autocomplete": "off"}),
        error_messages={"required": "Say what it is: “Slides”, “Code”, “Handout”."},
    )


class FileForm(_LabelForm):
    """The words beside a file; the file itself is looked at by its content."""

    prefix = "file"


class LinkForm(_LabelForm):
    """An address on the web."""

    prefix = "link"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["label"].initial = LINK  # not a version of the slides

    url = forms.URLField(
        max_length=500,
        label="Address",
        assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"])],
        widget=forms.URLInput(attrs={"placeholder": "https://", "inputmode": "url"}),
        error_messages={
            "required": "Give an address that begins with https://.",
            "invalid": "This is not an address on the web: it begins with https:// or http://.",
        },
    )


class FeedbackForm(forms.Form):
    """What somebody in class thought of a talk."""

    clarity = forms.TypedChoiceField(
        label="How clear was it?", required=False, coerce=int, empty_value=None,
        choices=[*_numbered(CLARITY), ("", "no answer")], widget=forms.RadioSelect,
    )  # fmt: skip
    depth = forms.TypedChoiceField(
        label="How deep did it go?", required=False, coerce=int, empty_value=None,
        choices=[*_numbered(DEPTH), ("", "no answer")], widget=forms.RadioSelect,
    )  # fmt: skip
    liked = forms.CharField(
        label="What did you like?", required=False, max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )  # fmt: skip
    improve = forms.CharField(
        label="What could be better next time?", required=False, max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )  # fmt: skip

    @property
    def opinion(self) -> Opinion:
        """What was said; only after the form was found valid."""
        return Opinion(**self.cleaned_data)


def said_before(feedback: TalkFeedback | None) -> dict[str, Any]:
    """The values that the form begins with."""
    if feedback is None:
        return {"clarity": "", "depth": ""}
    return {
        "clarity": feedback.clarity or "",
        "depth": feedback.depth or "",
        "liked": feedback.liked,
        "improve": feedback.improve,
    }
