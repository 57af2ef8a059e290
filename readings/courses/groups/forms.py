"""Forms of groups."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from readings.accounts.models import User
from readings.courses.groups.services import NAME_LENGTH
from readings.courses.models import Course, Group, Role


class NewGroupForm(forms.Form):
    """The name of a group that is being formed."""

    name = forms.CharField(
        label="Name",
        max_length=NAME_LENGTH,
        required=False,
        help_text="May be empty: then it gets the next number.",
    )


class RenameForm(forms.Form):
    """Another name of a group."""

    name = forms.CharField(label="New name", max_length=NAME_LENGTH)


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
        students.queryset = User.objects.filter(
            memberships__course=course, memberships__role=Role.STUDENT
        )
        group = cast("forms.ModelChoiceField[Group]", self.fields["group"])
        group.queryset = Group.objects.filter(course=course)
        group.required = "out" not in self.data

    @property
    def target(self) -> Group | None:
        """Where they are to be; None: in no group."""
        group: Group | None = None if "out" in self.data else self.cleaned_data["group"]
        return group
