"""Forms of reading lists."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from readings.core.clock import short_date
from readings.reading_lists.adding import ROLES
from readings.reading_lists.models import Entry, ReadingList, Section
from readings.schedule.models import LinkRole, Meeting

_IS_ADDRESS = URLValidator(schemes=["http", "https"])
_ROLES = {role.value for role in LinkRole}


class MeetingField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A class of the course, or none."""

    def label_from_instance(self, obj: Meeting) -> str:
        """``Week 3: Wed Sep 10``."""
        day = short_date(obj.meets_on) if obj.meets_on else "no date"
        return f"Week {obj.week.number}: {day}"


class ListForm(forms.ModelForm[ReadingList]):
    """What a list is called."""

    class Meta:
        model = ReadingList
        fields = ["title"]


class SectionForm(forms.ModelForm[Section]):
    """What a section is called."""

    class Meta:
        model = Section
        fields = ["title"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = True


class AddEntriesForm(forms.Form):
    """Entries, one a line."""

    text = forms.CharField(
        label="Links, ids or titles",
        max_length=50_000,
        widget=forms.Textarea(
            attrs={
                "rows": 5,
                "placeholder": "https://arxiv.org/abs/1802.04799\n"
                "Introduction to AI compilers: https://example.org/talk",
            }
        ),
        help_text="One a line. A title may stand beside its link; a title alone is looked for on "
        "arXiv.",
    )
    role = forms.ChoiceField(
        label="What a web address leads to",
        choices=[(role.value, role.label) for role in ROLES],
        initial=LinkRole.PAPER,
    )
    section = forms.TypedChoiceField(label="Section", coerce=int)

    def __init__(self, sections: list[tuple[int, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["section"].choices = sections  # type: ignore[attr-defined]


class LinksField(forms.CharField):
    """Links, one a line: ``pdf https://example.org/a.pdf Camera-ready``."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        """The lines of stored links."""
        if not isinstance(value, list):
            return value
        lines = [[link.get("role", ""), link["url"], link.get("label") or ""] for link in value]
        return "\n".join(" ".join(part for part in line if part) for line in lines)

    def clean(self, value: Any) -> list[dict[str, str]]:
        """The links; refuses a line without an address, naming it."""
        return [self._read(line) for line in super().clean(value).splitlines() if line.strip()]

    def _read(self, line: str) -> dict[str, str]:
        words = line.split()
        role = words.pop(0).casefold() if words[0].casefold() in _ROLES else LinkRole.OTHER.value
        url = words.pop(0) if words else ""
        try:
            _IS_ADDRESS(url)
        except ValidationError:
            raise ValidationError(f"There is no web address in “{line.strip()}”.") from None
        return {"role": role, "url": url, "label": " ".join(words)[:120]}


class EntryForm(forms.ModelForm[Entry]):
    """What a list says about an entry."""

    links = LinksField(
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text="One a line: what it is, the address, and a name if it needs one. "
        f"It may be {', '.join(role.value for role in LinkRole)}.",
    )

    class Meta:
        model = Entry
        fields = ["title", "authors", "venue", "year", "links", "annotation"]
        labels = {"annotation": "What the list says about it"}
        help_texts = {"annotation": "Markdown, with $formulas$."}
        widgets = {"annotation": forms.Textarea(attrs={"rows": 5, "maxlength": 50_000})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = self.instance.reading_id is None
        self.fields["title"].widget.attrs["dir"] = "auto"
        self.fields["annotation"].widget.attrs["dir"] = "auto"


class AgendaForm(forms.Form):
    """The class on whose agenda an entry goes."""

    meeting = MeetingField(label="Class", queryset=Meeting.objects.none(), empty_label=None)

    def __init__(self, meetings: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["meeting"].queryset = meetings  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    """The section into which an entry goes."""

    section = forms.TypedChoiceField(label="Section", coerce=int)

    def __init__(self, sections: list[tuple[int, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["section"].choices = sections  # type: ignore[attr-defined]
