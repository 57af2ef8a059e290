"""Forms of the Import pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from readings.imports.decoding import MAX_LENGTH
from readings.imports.formats import FORMATS
from readings.imports.schedules.years import FIRST_YEAR, LAST_YEAR

EXAMPLE = """| Week | Topics | Description |
|------|--------|-------------|
| Sep 8-10 | [Open]<br>[DSPy](https://arxiv.org/abs/2310.03714) | Papers and Discussion |"""
ANY_FORMAT = ("", "whatever it looks like")


class DocumentForm(forms.Form):
    """A document: pasted, uploaded, or named by its address."""

    text = forms.CharField(
        label="The document, as text",
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
        widget=forms.ClearableFileInput(attrs={"data-drop": ""}),
    )
    url = forms.CharField(
        label="Or its public address",
        required=False,
        max_length=1000,
        widget=forms.URLInput(attrs={"placeholder": "https://github.com/…/README.md"}),
    )
    format = forms.ChoiceField(label="Read it as", required=False, choices=[ANY_FORMAT, *FORMATS])

    def clean(self) -> dict[str, Any]:
        """One of the three, and not longer than can be read."""
        cleaned = super().clean() or {}
        upload, url = cleaned.get("file"), cleaned.get("url")
        if upload is None and not url and not (cleaned.get("text") or "").strip():
            raise forms.ValidationError(
                "Paste the document into the box, choose a file, or give its address."
            )
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

    @property
    def address(self) -> str:
        """Where to fetch the document from; empty where it is here already."""
        here = self.cleaned_data.get("file") or self.cleaned_data.get("text", "").strip()
        return "" if here else self.cleaned_data["url"].strip()


class YearForm(forms.Form):
    """The year of a schedule's first date, as a person says it."""

    year = forms.IntegerField(
        label="Year of the first date", min_value=FIRST_YEAR, max_value=LAST_YEAR
    )


class ReadAsForm(forms.Form):
    """What a document is taken for, and which of the course's documents it is."""

    format = forms.ChoiceField(label="Read it as", required=False, choices=[ANY_FORMAT, *FORMATS])
    source = forms.CharField(
        label="It is the course's document named", max_length=80, required=False
    )
