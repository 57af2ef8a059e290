"""The form in which marks are pasted or uploaded."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from readings.progress.pasted import MAX_LENGTH

EXAMPLE: Final = "Email,DSPy,MLIR\nbob.baker@example.edu,8.5,10"


class PasteForm(forms.Form):
    """A table of marks: pasted, or a file."""

    text = forms.CharField(
        label="Marks, as text",
        required=False,
        strip=False,
        max_length=MAX_LENGTH,
        widget=forms.Textarea(
            attrs={"rows": 10, "class": "mono", "spellcheck": "false", "placeholder": EXAMPLE}
        ),
        help_text="With commas, semicolons or tabs, or copied out of a spreadsheet.",
    )
    file = forms.FileField(label="Or a CSV file", required=False, allow_empty_file=True)

    def clean(self) -> dict[str, Any]:
        """One of the two, as text; the file counts where there are both."""
        cleaned = super().clean() or {}
        upload = cleaned.get("file")
        if upload is not None:
            if upload.size > MAX_LENGTH:
                self.add_error("file", f"This file is larger than {MAX_LENGTH // 1_000_000} MB.")
                return cleaned
            cleaned["text"] = _decoded(upload.read())
            if cleaned["text"] is None:
                self.add_error(
                    "file",
                    "This file is no text: save it as CSV (not as a workbook) and try again.",
                )
        elif "text" in cleaned and not cleaned["text"].strip():
            self.add_error("text", "Paste the marks into the box, or choose a file.")
        return cleaned

    @property
    def document(self) -> str:
        """What was pasted or uploaded."""
        return str(self.cleaned_data["text"])


def _decoded(content: bytes) -> str | None:
    """The text of a file: UTF-8, UTF-16 with its mark, else what Windows writes; None: no text."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if b"\x00" in content or content.startswith(b"PK\x03\x04"):
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
