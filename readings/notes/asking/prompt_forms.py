"""The form of a template: prompts that are added, removed and moved, with nothing typed lost.

A row of the form is a prompt.  Each has a name (``p1``, ``p2`` ...) that its fields begin with, and
the hidden fields ``row`` say in which order the rows stand, so that a row that moves keeps what
stands in it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.text import slugify

from readings.notes.asking.keys import is_key, new_key
from readings.notes.prompts import MAX_PAIRS, Prompt, PromptKind, for_role

MAX_PROMPTS: Final = 40
MAX_ROLES: Final = 12
MAX_ROLE: Final = 40  # characters
MAX_LABELS: Final = 11
MAX_LABEL: Final = 60  # characters
MAX_WORDS: Final = 20_000
_ROW: Final = re.compile(r"p\d{1,4}")


class TemplateForm(forms.Form):
    """What belongs to the template as a whole."""

    name = forms.CharField(label="Name", max_length=80)
    roles = forms.CharField(
        label="Roles",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One a line, in the order in which they go round; empty if everybody is asked "
        "the same. A role with another name is another role: its seats are dealt again.",
    )

    def clean_roles(self) -> tuple[str, ...]:
        """The roles, each once."""
        found = lines_of(self.cleaned_data["roles"])
        if len(found) > MAX_ROLES:
            raise forms.ValidationError(f"There may be {MAX_ROLES} roles; these are {len(found)}.")
        for role in found:
            if len(role) > MAX_ROLE:
                raise forms.ValidationError(f"“{role}” is longer than {MAX_ROLE} characters.")
        twice = [role for role, times in Counter(map(str.casefold, found)).items() if times > 1]
        if twice:
            raise forms.ValidationError(f"“{twice[0]}” is there twice: once is enough.")
        return tuple(found)


def _number(label: str, most: int) -> forms.IntegerField:
    """A number beside another one, which are under a label for both."""
    field = forms.IntegerField(label=label, required=False, min_value=1, max_value=most)
    field.widget.attrs["aria-label"] = label
    return field


class PromptForm(forms.Form):
    """One prompt."""

    is_removed = False  # it is kept in the form, to be put back, and not saved

    key = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label="Kind of answer", choices=PromptKind.choices)
    text = forms.CharField(
        label="What it asks",
        max_length=300,
        error_messages={"required": "Say what this prompt asks, or remove it."},
    )
    help = forms.CharField(label="Help under it", required=False, max_length=500)
    required = forms.BooleanField(label="Has to be answered", required=False)
    fewest_words = _number("Fewest words", MAX_WORDS)
    most_words = _number("Most words", MAX_WORDS)
    labels = forms.CharField(
        label="Steps of the scale",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=f"2 to {MAX_LABELS} steps, one a line, the lowest first.",
    )
    fewest = _number("Fewest pairs", MAX_PAIRS)
    most = _number("Most pairs", MAX_PAIRS)
    role = forms.CharField(
        label="Only for the role",
        required=False,
        max_length=MAX_ROLE,
        widget=forms.TextInput(attrs={"list": "roles-known", "autocomplete": "off"}),
    )
    one_of = forms.CharField(
        label="One of these",
        required=False,
        max_length=30,
        help_text="Of the prompts with the same word here, one has to be answered.",
    )

    def clean_one_of(self) -> str:
        """The word, however it is written."""
        word: str = self.cleaned_data["one_of"]
        return slugify(word) or word

    def clean_labels(self) -> tuple[str, ...]:
        """The steps; only a scale has them."""
        if self.data.get(self.add_prefix("kind")) != PromptKind.SCALE:
            return ()
        found = lines_of(self.cleaned_data["labels"])
        if not 2 <= len(found) <= MAX_LABELS:
            raise forms.ValidationError(
                f"A scale has 2 to {MAX_LABELS} steps, one a line; here are {len(found)}."
            )
        for label in found:
            if len(label) > MAX_LABEL:
                raise forms.ValidationError(f"“{label}” is longer than {MAX_LABEL} characters.")
        return tuple(found)

    def clean(self) -> dict[str, Any]:
        """Refuse what ends before it begins."""
        cleaned: dict[str, Any] = super().clean() or {}
        for few, many in (("fewest_words", "most_words"), ("fewest", "most")):
            low, high = cleaned.get(few), cleaned.get(many)
            if low and high and low > high:
                self.add_error(many, f"This is less than {low}.")
        return cleaned

    @property
    def name(self) -> str:
        """What its fields begin with."""
        return str(self.prefix)

    def prompt(self, key: str) -> Prompt:
        """The prompt of a valid form; what does not belong to its kind is left out."""
        values = self.cleaned_data
        kind = PromptKind(values["kind"])
        counts = kind in (PromptKind.LONG, PromptKind.SHORT, PromptKind.QUESTION)
        pairs = kind == PromptKind.PAIRS
        return Prompt(
            key=key,
            kind=kind,
            text=values["text"],
            help=values["help"],
            required=values["required"],
            fewest_words=values["fewest_words"] if counts else None,
            most_words=values["most_words"] if counts else None,
            labels=values["labels"],
            fewest=(values["fewest"] or 1) if pairs else 1,
            most=(values["most"] or MAX_PAIRS) if pairs else MAX_PAIRS,
            role=values["role"],
            one_of=values["one_of"],
        )


def lines_of(text: str) -> list[str]:
    """The lines that say something, without space around them."""
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


class TemplateEditor:
    """The whole form: ``template`` and, in their order, ``rows``."""

    def __init__(self, template: TemplateForm, rows: Sequence[PromptForm]) -> None:
        self.template = template
        self.rows = list(rows)  # in their order, the removed ones among them
        self.kept = [row for row in self.rows if not row.is_removed]
        self.problem = ""  # of the template as a whole
        self.prompts: tuple[Prompt, ...] = ()
        self.roles: tuple[str, ...] = ()

    @classmethod
    def showing(cls, name: str, prompts: Iterable[Prompt], roles: Iterable[str]) -> TemplateEditor:
        """The form of what there is."""
        rows = [
            PromptForm(prefix=f"p{number}", initial=_as_fields(prompt))
            for number, prompt in enumerate(prompts, start=1)
        ]
        initial = {"name": name, "roles": "\n".join(roles)}
        return cls(TemplateForm(initial=initial), rows)

    @classmethod
    def sent(cls, data: QueryDict) -> TemplateEditor:
        """The form as it was sent, to be judged by ``is_valid``."""
        removed = data.getlist("removed")
        rows = [
            _typed_row(data, name, is_removed=True)
            if name in removed
            else PromptForm(data, prefix=name)
            for name in _rows(data)
        ]
        return cls(TemplateForm(data), rows)

    @classmethod
    def rearranged(cls, data: QueryDict, act: str) -> TemplateEditor:
        """The form as it was sent with one thing done to its rows; nothing is judged yet.

        ``act`` is ``add``, ``remove:p2``, ``restore:p2``, ``up:p2``, ``down:p2``; anything else
        changes nothing.  What is removed stays in the form until it is saved, to be put back.
        """
        names = _rows(data)
        removed = {one for one in data.getlist("removed") if one in names}
        kept = [one for one in names if one not in removed]
        what, _, name = act.partition(":")
        focus = ""  # where the keyboard goes on, where it cannot stay
        if what == "add" and len(kept) < MAX_PROMPTS:
            focus = f"p{max((int(one[1:]) for one in names), default=0) + 1}"
            names.append(focus)
        elif what == "restore" and name in removed and len(kept) < MAX_PROMPTS:
            removed.discard(name)
            focus = name
        elif what == "remove" and name in kept:
            place = kept.index(name)
            kept.remove(name)
            removed.add(name)
            focus = kept[min(place, len(kept) - 1)] if kept else ""
        elif name in kept:
            step = {"up": -1, "down": 1}.get(what, 0)
            other = kept[min(max(0, kept.index(name) + step), len(kept) - 1)]
            place = names.index(other)  # past those that are removed, too
            names.remove(name)
            names.insert(place, name)
        rows = [_typed_row(data, one, is_removed=one in removed) for one in names]
        for row in rows:
            if row.prefix == focus:
                row.fields["text"].widget.attrs["autofocus"] = True
        return cls(TemplateForm(initial=_typed(data, "")), rows)

    @property
    def numbered(self) -> list[tuple[int, PromptForm]]:
        """The rows with their numbers; one that is removed has that of the next."""
        number, found = 1, []
        for row in self.rows:
            found.append((number, row))
            number += not row.is_removed
        return found

    @property
    def known_roles(self) -> list[str]:
        """The roles as they stand in the form."""
        return lines_of(str(self.template["roles"].value() or ""))

    def is_valid(self) -> bool:
        """Whether it can be saved; sets ``prompts`` and ``roles``, or says what is wrong."""
        # Every row is asked, so that every error is at its field.
        valid = all([self.template.is_valid(), *(row.is_valid() for row in self.kept)])
        if not self.kept:
            self.problem = "A template asks at least one thing: add a prompt."
        elif len(self.kept) > MAX_PROMPTS:
            self.problem = f"A template has at most {MAX_PROMPTS} prompts."
        self.roles = self.template.cleaned_data.get("roles", ())
        if "roles" in self.template.cleaned_data:
            valid = self._match_roles() and valid
        valid = self._match_groups() and valid
        if not valid or self.problem:
            return False
        self.prompts = self._as_prompts()
        lonely = [role for role in self.roles if not for_role(self.prompts, role)]
        if lonely:
            self.template.add_error(
                "roles", f"“{lonely[0]}” is asked nothing: add a prompt for it, or for everybody."
            )
        return not lonely

    def _match_roles(self) -> bool:
        names = {role.casefold(): role for role in self.roles}
        for row in self.kept:
            role = row.cleaned_data.get("role", "")
            if role and role.casefold() not in names:
                row.add_error(
                    "role", f"There is no role “{role}” above: add it there, or empty this field."
                )
            elif role:
                row.cleaned_data["role"] = names[role.casefold()]
        return all("role" not in row.errors for row in self.kept)

    def _match_groups(self) -> bool:
        words = Counter(row.cleaned_data.get("one_of", "") for row in self.kept)
        alone = [row for row in self.kept if words[row.cleaned_data.get("one_of", "")] == 1]
        alone = [row for row in alone if row.cleaned_data.get("one_of")]
        for row in alone:
            row.add_error("one_of", "No other prompt has this word: give it to the other one, too.")
        return not alone

    def _as_prompts(self) -> tuple[Prompt, ...]:
        used = {row.cleaned_data["key"] for row in self.kept}
        found: list[Prompt] = []
        for row in self.kept:
            key = row.cleaned_data["key"]
            if any(key == one.key for one in found) or not is_key(key):
                key = new_key(row.cleaned_data["text"], used)
                used.add(key)
            found.append(row.prompt(key))
        return tuple(found)


def _rows(data: QueryDict) -> list[str]:
    names = dict.fromkeys(name for name in data.getlist("row") if _ROW.fullmatch(name))
    return list(names)[: 2 * MAX_PROMPTS + 1]


def _typed_row(data: QueryDict, name: str, *, is_removed: bool) -> PromptForm:
    """The row as it was typed, not judged."""
    row = PromptForm(prefix=name, initial=_typed(data, f"{name}-"))
    row.is_removed = is_removed
    return row


def _typed(data: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """What was typed into the fields that begin with ``prefix``."""
    return {name[len(prefix) :]: value for name, value in data.items() if name.startswith(prefix)}


def _as_fields(prompt: Prompt) -> dict[str, Any]:
    is_pairs = prompt.kind == PromptKind.PAIRS
    return {
        "key": prompt.key,
        "kind": prompt.kind.value,
        "text": prompt.text,
        "help": prompt.help,
        "required": prompt.required,
        "fewest_words": prompt.fewest_words,
        "most_words": prompt.most_words,
        "labels": "\n".join(prompt.labels),
        "fewest": prompt.fewest if is_pairs else None,
        "most": prompt.most if is_pairs else None,
        "role": prompt.role,
        "one_of": prompt.one_of,
    }
