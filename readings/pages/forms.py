"""Forms of composed pages."""

from __future__ import annotations

from django import forms


class UploadForm(forms.Form):
    """A PDF for a paper that has no open one."""

    pdf = forms.FileField(
        label="PDF",
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,.pdf"}),
        error_messages={"required": "Choose a PDF first."},
    )
