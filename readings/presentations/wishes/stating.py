"""What the optimiser is asked about a sheet, read from the database."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from readings.presentations import queries
from readings.presentations.assignment import OfferedSlot, Task
from readings.presentations.assignment import Party as AskedParty
from readings.presentations.blackouts import blackouts_of
from readings.presentations.models import Sheet, SignUp, Slot
from readings.presentations.presenters import code_of_key
from readings.presentations.windows import Phase
from readings.presentations.wishes.composing import Known, Taken, compose
from readings.presentations.wishes.models import FixedPlace, Preference
from readings.presentations.wishes.parties import Party, parties_of
from readings.presentations.wishes.ranking import close_gaps


def slots_to_give(sheet: Sheet, *, now: dt.datetime) -> list[Slot]:
    """The sheet's slots whose class is to come, in the order of the term, with ``seat_count``."""
    slots = queries.in_order(
        queries.with_seat_count(queries.with_item(Slot.objects.filter(sheet=sheet)))
    )
    return [slot for slot in slots if queries.window_of(slot).phase(now) != Phase.OVER]


def state_task(sheet: Sheet, *, now: dt.datetime) -> Task:
    """The task as it stands; the number of queries does not depend on how much there is."""
    slots = slots_to_give(sheet, now=now)
    parties = list(_asked(sheet, parties_of(sheet), {slot.pk for slot in slots}))
    # Where not all can be placed, what counts for little would win a seat over a low wish.
    seats = sum(slot.seat_count for slot in slots)  # type: ignore[attr-defined]
    if sheet.fills_up and seats >= sum(party.must_hold for party in parties):
        parties = [replace(party, rest_is_next=True) for party in parties]
    return compose(
        Known(
            slots=tuple(_offered(slot, name) for slot, name in _named(slots)),
            parties=tuple(parties),
            taken=_taken(sheet),
            fixed=[
                (code_of_key((user, group)), str(slot))
                for user, group, slot in FixedPlace.objects.filter(slot__sheet=sheet).values_list(
                    "user_id", "group_id", "slot_id"
                )
            ],
            days_apart=sheet.days_apart,
        )
    )


def wishes_on(sheet: Sheet, slots: Iterable[int]) -> dict[str, dict[int, int]]:
    """Party's key to its slots with their ranks; of slots that are still to be given."""
    there = set(slots)
    ranks: dict[str, dict[int, int]] = defaultdict(dict)
    rows = Preference.objects.filter(ballot__sheet=sheet).order_by("pk")
    for user, group, slot, rank in rows.values_list(
        "ballot__user_id", "ballot__group_id", "slot_id", "rank"
    ):
        if slot in there:
            ranks[code_of_key((user, group))][slot] = rank
    return {key: close_gaps(found) for key, found in ranks.items()}


def past_load(sheet: Sheet, parties: Iterable[Party]) -> dict[str, int]:
    """Party's key to how many slots of the course's other sheets they have, one by one.

    A talk with their group counts for each of its members.
    """
    elsewhere = SignUp.objects.filter(slot__course=sheet.course_id).exclude(slot__sheet=sheet)
    of_people: Counter[int] = Counter(
        elsewhere.filter(user__isnull=False).values_list("user_id", flat=True)
    )
    of_groups: Counter[int] = Counter(
        elsewhere.filter(group__isnull=False).values_list("group_id", flat=True)
    )
    if sheet.is_for_groups:
        return {party.key: of_groups[party.presenter.pk] for party in parties}
    of_people.update(
        elsewhere.filter(group__isnull=False).values_list("group__members__user_id", flat=True)
    )
    return {party.key: of_people[party.presenter.pk] for party in parties}


def _named(slots: Iterable[Slot]) -> list[tuple[Slot, str]]:
    """Each slot with its name, and with its date where several are called the same."""
    names = [(slot, queries.name_of(slot)) for slot in slots]
    many = Counter(name for _slot, name in names)
    return [(slot, name if many[name] == 1 else queries.describe(slot)) for slot, name in names]


def _offered(slot: Slot, name: str) -> OfferedSlot:
    sheet = slot.sheet
    return OfferedSlot(
        key=str(slot.pk),
        name=name,
        seats=slot.seat_count,  # type: ignore[attr-defined]
        day=queries.day_of(slot),
        fewest_members=(sheet.fewest_members or 1) if sheet.is_for_groups else 1,
        most_members=sheet.most_members if sheet.is_for_groups else None,
    )


def _asked(sheet: Sheet, parties: list[Party], slots: set[int]) -> Iterable[AskedParty]:
    """Each party; whoever hands in wishes wants one slot, even where nobody has to have one."""
    wishes = wishes_on(sheet, slots)
    cannot = blackouts_of(sheet.course_id)
    load = past_load(sheet, parties)
    for party in parties:
        ranks = wishes.get(party.key, {})
        needs = 0 if party.is_free else sheet.must_hold
        days = [cannot.get(person.pk, set()) for person in party.people]
        yield AskedParty(
            key=party.key,
            name=party.name,
            wishes=_levels(ranks),
            must_hold=max(1, sheet.must_hold) if ranks else needs,
            size=len(party.people),
            is_group=sheet.is_for_groups,
            cannot_on=frozenset[dt.date]().union(*days),
            takes_unranked=sheet.fills_up,
            past_load=load[party.key],
        )


def _levels(ranks: Mapping[int, int]) -> tuple[tuple[str, ...], ...]:
    levels: dict[int, list[str]] = defaultdict(list)
    for slot, rank in sorted(ranks.items()):
        levels[rank].append(str(slot))
    return tuple(tuple(levels[rank]) for rank in sorted(levels))


def _taken(sheet: Sheet) -> list[Taken]:
    rows = SignUp.objects.filter(slot__sheet=sheet).order_by("pk")
    return [
        Taken(code_of_key((user, group)), str(slot), day)
        for user, group, slot, day in rows.values_list(
            "user_id", "group_id", "slot_id", "slot__agenda_item__meeting__meets_on"
        )
    ]
