"""Forms of the Import page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from readings.imports.decoding import MAX_LENGTH
from readings.imports.years import FIRST_YEAR, LAST_YEAR

EXAMPLE = """| Week | Topics | Description |
|------|--------|-------------|
| Sep 8-10 | [Open]<br>[DSPy](https://arxiv.org/abs/2310.03714) | Papers and Discussion |"""


class DocumentForm(forms.Form):
    """A document, pasted or uploaded."""

    text = forms.CharField(
        label="The schedule, as text",
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 12, "class": "mono", "spellcheck": "false", "placeholder": EXAMPLE}
        ),
    )
    file = forms.FileField(
        label="Or a file",
        required=False,
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".md,.markdown,.txt,text/*"}),
    )

    def clean(self) -> dict[str, Any]:
        """One of the two, and not longer than can be read."""
        cleaned = super().clean() or {}
        upload = cleaned.get("file")
        if upload is None and not (cleaned.get("text") or "").strip():
            raise forms.ValidationError("Paste the schedule into the box, or choose a file.")
        if upload is not None and upload.size > MAX_LENGTH:
            self.add_error("file", f"This file is larger than {MAX_LENGTH // 1_000_000} MB.")
        return cleaned

    @property
    def document(self) -> str | bytes:
        """What was pasted or uploaded; the file counts where there are both."""
        upload: UploadedFile[bytes] | None = self.cleaned_data.get("file")
        if upload is not None:
            return bytes(upload.read())
        return str(self.cleaned_data["text"])

    @property
    def filename(self) -> str | None:
        """The name of the uploaded file."""
        upload = self.cleaned_data.get("file")
        return upload.name if upload is not None else None


class YearForm(forms.Form):
    """The year of a schedule's first date, as a person says it."""

    year = forms.IntegerField(
        label="Year of the first date", min_value=FIRST_YEAR, max_value=LAST_YEAR
    )
