"""What a presenter holds on a sheet, and whether they may have one slot more."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from readings.accounts.models import User
from readings.courses.models import Group, GroupMember, Membership, Role
from readings.presentations import queries
from readings.presentations.models import Sheet, SignUp, Slot
from readings.presentations.presenters import Presenter, columns_of
from readings.presentations.refusals import AuditorsDoNotPresent, NotAStudent, NotForYou
from readings.presentations.rules import Held, Rules


def rules_of(sheet: Sheet) -> Rules:
    """The rules of the sheet as values."""
    return Rules(
        may_hold=sheet.may_hold,
        days_apart=sheet.days_apart,
        fewest_members=sheet.fewest_members,
        most_members=sheet.most_members,
    )


def held_slot(slot: Slot) -> Held:
    """A slot as the rules see it; needs its item's meeting and reading."""
    meeting = slot.agenda_item.meeting
    return Held(slot=slot.pk, name=queries.name_of(slot), day=meeting.meets_on if meeting else None)


def held_on(sheet: Sheet, presenter: Presenter) -> list[Held]:
    """What the presenter has on the sheet, by date."""
    sign_ups = SignUp.objects.filter(slot__sheet=sheet, **columns_of(presenter))
    slots = queries.in_order(queries.with_item(Slot.objects.filter(sign_ups__in=sign_ups)))
    return [held_slot(slot) for slot in slots]


def require_allowed(slot: Slot, presenter: Presenter, *, instead_of: Collection[int] = ()) -> None:
    """Raises what the sheet's rules say against giving ``slot`` to the presenter.

    ``instead_of`` are slots that they give away for it.  Raises ``NotForYou``, ``GroupTooSmall``,
    ``GroupTooLarge``, ``HoldsEnough`` and ``TooClose``.
    """
    sheet = slot.sheet
    _require_chosen(sheet, presenter)
    rules = rules_of(sheet)
    if isinstance(presenter, Group):
        rules.require_size(GroupMember.objects.filter(group=presenter).count())
    if rules.may_hold is None and not rules.days_apart:
        return  # nothing to look up
    held = [one for one in held_on(sheet, presenter) if one.slot not in instead_of]
    rules.require_room([one for one in held if one.slot != slot.pk], held_slot(slot))


def require_role(sheet: Sheet, user: User) -> None:
    """Raises ``AuditorsDoNotPresent`` and ``NotAStudent`` for who does not sign up themselves."""
    role = (
        Membership.objects.filter(course=sheet.course_id, user=user)
        .values_list("role", flat=True)
        .first()
    )
    if role == Role.STUDENT or (role == Role.AUDITOR and sheet.auditors_too):
        return
    if role == Role.AUDITOR:
        raise AuditorsDoNotPresent("You audit this course: auditors do not present.")
    raise NotAStudent("Only students sign up. Staff give out seats under Manage.")


def _require_chosen(sheet: Sheet, presenter: Presenter) -> None:
    if not sheet.is_for_some:
        return
    chosen: QuerySet[User] | QuerySet[Group]
    chosen = sheet.only_groups.all() if isinstance(presenter, Group) else sheet.only_users.all()
    if not chosen.filter(pk=presenter.pk).exists():
        whom = f"{presenter} is not" if isinstance(presenter, Group) else "you are not"
        raise NotForYou(f"“{sheet.title}” is for some of the class, and {whom} among them.")
