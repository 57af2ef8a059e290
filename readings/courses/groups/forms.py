"""Forms of groups."""

from __future__ import annotations

from typing import Any, Final, cast

from django import forms

from readings.accounts.models import User
from readings.courses.groups.limits import Limits
from readings.courses.groups.membership import NAME_LENGTH
from readings.courses.models import Course, Group, Role

_LARGEST: Final = 99  # members that a limit may name


class NewGroupForm(forms.Form):
    """The name of a group that is being formed."""

    name = forms.CharField(
        label="Name",
        max_length=NAME_LENGTH,
        required=False,
        help_text="May be empty: then it gets the next number.",
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )


class RenameForm(forms.Form):
    """Another name of a group."""

    name = forms.CharField(
        label="New name",
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )


class InviteForm(forms.Form):
    """A student of the course who is in no group."""

    student = forms.ModelChoiceField(
        label="Invite somebody who is in no group",
        queryset=User.objects.none(),
        empty_label="Choose a name…",
        error_messages={
            "required": "Choose a name first.",
            "invalid_choice": "They are in a group by now, or not in this course any more.",
        },
    )

    def __init__(self, course: Course, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        student = cast("forms.ModelChoiceField[User]", self.fields["student"])
        student.queryset = _students(course).exclude(group_memberships__course=course)

    def offer(self, students: list[User]) -> None:
        """Show these names, which the page has read already."""
        field = cast("forms.ModelChoiceField[User]", self.fields["student"])
        field.choices = [
            ("", "Choose a name…"),
            *((str(student.pk), student.display_name) for student in students),
        ]


class PlaceForm(forms.Form):
    """Students, and the group they are to be in; the button ``out`` takes them out of theirs."""

    students = forms.ModelMultipleChoiceField(
        queryset=User.objects.none(),
        error_messages={"required": "Tick the students first."},
    )
    group = forms.ModelChoiceField(
        label="Move the ticked students to",
        queryset=Group.objects.none(),
        empty_label="Choose a group…",
    )

    def __init__(self, course: Course, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        students = cast("forms.ModelMultipleChoiceField[User]", self.fields["students"])
        students.queryset = _students(course)
        group = cast("forms.ModelChoiceField[Group]", self.fields["group"])
        group.queryset = Group.objects.filter(course=course)
        group.required = "out" not in self.data

    @property
    def target(self) -> Group | None:
        """Where they are to be; None: in no group."""
        group: Group | None = None if "out" in self.data else self.cleaned_data["group"]
        return group


class MergeForm(forms.Form):
    """The group into which another one goes."""

    into = forms.ModelChoiceField(queryset=Group.objects.none())

    def __init__(self, course: Course, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        into = cast("forms.ModelChoiceField[Group]", self.fields["into"])
        into.queryset = Group.objects.filter(course=course)


class LimitsForm(forms.Form):
    """How many students a group is to have; empty: no such limit."""

    fewest = forms.IntegerField(label="At least", min_value=1, max_value=_LARGEST, required=False)
    most = forms.IntegerField(label="At most", min_value=1, max_value=_LARGEST, required=False)

    def clean(self) -> dict[str, Any]:
        """The most is not below the fewest."""
        cleaned = super().clean() or {}
        fewest, most = cleaned.get("fewest"), cleaned.get("most")
        if fewest is not None and most is not None and most < fewest:
            self.add_error("most", f"This is below the {fewest} that a group is to have at least.")
        return cleaned

    @property
    def limits(self) -> Limits:
        """What was typed."""
        return Limits(self.cleaned_data["fewest"], self.cleaned_data["most"])


class SeedForm(forms.Form):
    """The number from which a proposal is drawn, and a digest of the one that was looked at."""

    seed = forms.IntegerField(min_value=0, max_value=999_999_999)
    digest = forms.CharField(max_length=64, required=False)


def _students(course: Course) -> Any:
    return User.objects.filter(memberships__course=course, memberships__role=Role.STUDENT)
