"""Forms of groups."""

from __future__ import annotations

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
    """Students, and the group they are to be in; no group takes them out of theirs."""

    students = forms.ModelMultipleChoiceField(
        queryset=User.objects.none(),
        error_messages={"required": "Tick the students first."},
    )
    group = forms.ModelChoiceField(
        label="Move the ticked students to",
        queryset=Group.objects.none(),
        required=False,
        empty_label="no group",
    )

    def __init__(self, course: Course, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["students"].queryset = User.objects.filter(  # type: ignore[attr-defined]
            memberships__course=course, memberships__role=Role.STUDENT
        )
        self.fields["group"].queryset = Group.objects.filter(course=course)  # type: ignore[attr-defined]
