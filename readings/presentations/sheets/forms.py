"""Forms of slots: one, many at once, and who gets a seat."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from readings.accounts.models import User
from readings.courses.models import Course, Group, Membership, Role
from readings.presentations.models import Sheet, SignUp, Slot
from readings.presentations.sheets.fields import (
    LocalDateTimeField,
    PersonField,
    check_window,
    set_zone,
)
from readings.presentations.sheets.slot_services import Changes
from readings.presentations.sheets.terms import MAX_SEATS, Terms


class SlotForm(forms.Form):
    """One slot's terms; ``terms`` gives them once the form is valid."""

    title = forms.CharField(
        max_length=120,
        required=False,
        help_text="Such as Tech talk. Empty: it is called as what stands on the agenda.",
    )
    seats = forms.IntegerField(
        min_value=1, max_value=MAX_SEATS, initial=1, help_text="How many present together."
    )
    minutes = forms.IntegerField(
        min_value=1, max_value=600, required=False, help_text="How long it takes."
    )
    sheet = forms.ModelChoiceField(
        queryset=Sheet.objects.none(), empty_label=None, help_text="Its rules are the slot's."
    )
    opens_at = LocalDateTimeField(label="Sign-up opens", required=False)
    closes_at = LocalDateTimeField(label="Sign-up closes", required=False)

    def __init__(self, slot: Slot, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_zone(self, slot.course, opens="as the sheet says", closes="as the sheet says")
        cast("forms.ModelChoiceField[Sheet]", self.fields["sheet"]).queryset = _alike(slot.sheet)

    def clean(self) -> dict[str, Any]:
        """Refuse a sign-up that closes before it opens."""
        cleaned: dict[str, Any] = super().clean() or {}
        check_window(self, cleaned)
        return cleaned

    @property
    def terms(self) -> Terms:
        """What was filled in."""
        given = self.cleaned_data
        return Terms(
            title=given["title"],
            seats=given["seats"],
            minutes=given["minutes"],
            opens_at=given["opens_at"],
            closes_at=given["closes_at"],
        )


class ChangesForm(forms.Form):
    """What to change about the ticked slots of a sheet; what is left empty stays as it is."""

    seats = forms.IntegerField(min_value=1, max_value=MAX_SEATS, required=False)
    minutes = forms.IntegerField(min_value=1, max_value=600, required=False)
    opens_at = LocalDateTimeField(label="Opens", required=False)
    closes_at = LocalDateTimeField(label="Closes", required=False)
    as_sheet_says = forms.BooleanField(
        label="No window of their own: as the sheet says", required=False
    )
    sheet = forms.ModelChoiceField(
        label="To the sheet", queryset=Sheet.objects.none(), required=False, empty_label="Stay here"
    )

    def __init__(self, course: Course, sheet: Sheet, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("opens_at", "closes_at"):
            cast(LocalDateTimeField, self.fields[name]).zone = course.zone
        others = _alike(sheet).exclude(pk=sheet.pk)
        cast("forms.ModelChoiceField[Sheet]", self.fields["sheet"]).queryset = others

    def clean(self) -> dict[str, Any]:
        """Refuse a sign-up that closes before it opens, and a window that is none."""
        cleaned: dict[str, Any] = super().clean() or {}
        check_window(self, cleaned)
        if cleaned.get("as_sheet_says") and (cleaned.get("opens_at") or cleaned.get("closes_at")):
            self.add_error("as_sheet_says", "Give them a window, or none.")
        if not self.errors and not any(cleaned.values()):
            raise forms.ValidationError("Say what to change about them.")
        return cleaned

    @property
    def changes(self) -> Changes:
        """What was filled in."""
        return Changes(**self.cleaned_data)


class PutOnSeatForm(forms.Form):
    """Who gets a seat: a member, or a group."""

    presenter: forms.ModelChoiceField[Any]

    def __init__(self, slot: Slot, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sign_ups = SignUp.objects.filter(slot=slot)
        field: forms.ModelChoiceField[Any]
        if slot.sheet.is_for_groups:
            groups = Group.objects.filter(course=slot.course)
            field = forms.ModelChoiceField(
                label="Group", queryset=groups.exclude(sign_ups__in=sign_ups)
            )
        else:
            members = Membership.objects.filter(course=slot.course)
            if not slot.sheet.auditors_too:
                members = members.exclude(role=Role.AUDITOR)
            people = User.objects.filter(memberships__in=members).exclude(sign_ups__in=sign_ups)
            field = PersonField(label="Person", queryset=people.order_by("name", "email"))
        field.empty_label = "Choose…"
        self.fields["presenter"] = field


def _alike(sheet: Sheet) -> Any:
    """The sheets of the course for the same kind of presenter."""
    return Sheet.objects.filter(course=sheet.course_id, taken_by=sheet.taken_by)
