"""To whom a seat can be offered, and for which: for the form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from readings.courses.models import Group
from readings.presentations import queries
from readings.presentations.models import Slot
from readings.presentations.presenters import Presenter, code_of, key_of
from readings.presentations.swaps.standing import Standing
from readings.presentations.swaps.words import about


@dataclass(slots=True)
class Choices:
    """To whom a seat can be offered, and who cannot have it and why."""

    choices: list[tuple[str, str]] = field(default_factory=list)  # a key and what one reads
    others: list[str] = field(default_factory=list)


def whom_to_ask(slot: Slot, giver: Presenter) -> Choices:
    """Everybody who could take the seat for nothing."""
    standing = Standing(slot.course, slot.sheet_id)
    found = Choices()
    for presenter in _presenters(slot):
        who = key_of(presenter)
        if who == key_of(giver) or (standing.against_role(who, slot.sheet) is not None):
            continue
        refusal = standing.against(who, slot)
        if refusal is None:
            found.choices.append((code_of(presenter), str(presenter)))
        else:
            found.others.append(about(str(presenter), refusal))
    return found


def seats_to_ask_for(slot: Slot, giver: Presenter) -> Choices:
    """Every seat of the sheet that could be had for this one."""
    standing = Standing(slot.course, slot.sheet_id)
    names = {key_of(presenter): presenter for presenter in _presenters(slot)}
    order = {pk: place for place, pk in enumerate(standing.slots)}
    found = Choices()
    for counter, who in sorted(
        standing.holders(slot.sheet_id), key=lambda one: (order[one[0].pk], str(names.get(one[1])))
    ):
        other = names.get(who)
        if other is None or who == key_of(giver) or counter.pk == slot.pk:
            continue
        if standing.is_over(counter):
            continue
        seat = f"{queries.describe(counter)}, {other}"
        why = _why_not_swapped(standing, slot, giver, counter, other)
        if why:
            found.others.append(f"{seat}: {why}")
        else:
            found.choices.append((f"{code_of(other)}-{counter.pk}", seat))
    return found


def _why_not_swapped(
    standing: Standing, slot: Slot, giver: Presenter, counter: Slot, other: Presenter
) -> str:
    refusal = standing.against(key_of(other), slot, instead_of=[counter.pk])
    if refusal is not None:
        return about(str(other), refusal)
    refusal = standing.against(key_of(giver), counter, instead_of=[slot.pk])
    return "" if refusal is None else str(refusal)


def _presenters(slot: Slot) -> Iterable[Presenter]:
    if slot.sheet.is_for_groups:
        return Group.objects.filter(course=slot.course_id).order_by("name")
    members = slot.course.memberships.select_related("user").order_by("user__name", "user__email")
    return [membership.user for membership in members]
