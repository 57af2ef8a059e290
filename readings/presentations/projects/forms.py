"""The form of a project's page."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from readings.presentations.projects.addresses import is_address, read_address

MAX_TEXT: Final = 20_000  # characters of one of the texts
MAX_LINKS: Final = 30
_MAX_LABEL: Final = 120


class MarkdownField(forms.CharField):
    """A Markdown text; its first line may be indented, which makes it code."""

    widget = forms.Textarea

    def __init__(self, *, label: str, help_text: str, rows: int) -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            required=False,
            strip=False,
            widget=forms.Textarea(attrs={"rows": rows, "dir": "auto", "class": "serif"}),
        )

    def clean(self, value: Any) -> str:
        """Line ends as the database keeps them, within the limit."""
        text: str = super().clean(value).replace("\r\n", "\n").replace("\r", "\n")
        text = text.rstrip().lstrip("\n")
        if len(text) > MAX_TEXT:
            raise ValidationError(
                f"This text has {len(text):,} characters and may have {MAX_TEXT:,}."
            )
        return text


class LinksField(forms.CharField):
    """Links, one a line: the address and what it is called, in either order."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        """The lines of stored links."""
        if not isinstance(value, list):
            return value
        return "\n".join(f"{link['url']} {link['title']}".strip() for link in value)

    def clean(self, value: Any) -> list[dict[str, str]]:
        """The links; refuses a line without an address, naming it."""
        lines = [line.split() for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > MAX_LINKS:
            raise ValidationError(f"These are {len(lines)} links, and there may be {MAX_LINKS}.")
        return [self._read(line) for line in lines]

    def _read(self, words: list[str]) -> dict[str, str]:
        at = next((at for at, word in enumerate(words) if is_address(word)), 0)
        address = read_address(words[at])
        title = " ".join(words[:at] + words[at + 1 :]).strip(" :–-")
        return {"title": title[:_MAX_LABEL], "url": address}


class ProjectForm(forms.Form):
    """What a group says about its project, and which version of the page it replaces."""

    title = forms.CharField(
        max_length=200,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        error_messages={"required": "Give the project a title; it can be changed."},
    )
    pitch = MarkdownField(
        label="Pitch", help_text="What you want to do, and why. Markdown, with $formulas$.", rows=9
    )
    update = MarkdownField(
        label="Update", help_text="How far you are and what you have learnt.", rows=9
    )
    final = MarkdownField(label="Final", help_text="What came out of it.", rows=9)
    repository = forms.CharField(
        required=False,
        max_length=500,
        help_text="Where your code is, such as https://github.com/you/project.",
        widget=forms.TextInput(attrs={"spellcheck": "false", "inputmode": "url"}),
    )
    links = LinksField(
        required=False,
        max_length=20_000,
        help_text="One a line: the address, then what it is called.",
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )
    version = forms.IntegerField(
        min_value=0, max_value=10**9, required=False, widget=forms.HiddenInput
    )

    def clean_repository(self) -> str:
        """The address, or nothing."""
        typed: str = self.cleaned_data["repository"]
        return read_address(typed) if typed else ""
