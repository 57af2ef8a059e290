"""The staff's page of a sheet by wishes: who handed in, what is liked, what is fixed, the runs."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from readings.presentations import queries as slot_queries
from readings.presentations.blackouts import blackouts_of
from readings.presentations.models import Method, Sheet, SignUp, Slot
from readings.presentations.presenters import code_of_key, key_of_row, presenter_of
from readings.presentations.wishes.changes import Change
from readings.presentations.wishes.models import AssignmentRun, Ballot, FixedPlace, RunState
from readings.presentations.wishes.outcome import Outcome, outcome_of
from readings.presentations.wishes.parties import Party, parties_of
from readings.presentations.wishes.publishing import changes_since, seats_to_give
from readings.presentations.wishes.queries import Wishing, is_given, wishing_of
from readings.presentations.wishes.ranking import standing_of
from readings.presentations.wishes.stating import past_load, slots_to_give, wishes_on

RUNS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class PartyLine:
    """What one person or group handed in."""

    name: str
    people: str  # of a group
    ballot: Ballot | None
    ranked: int
    load: int
    days: int  # on which they cannot
    has: list[str]  # slots that they hold
    warning: str


@dataclass(frozen=True, slots=True)
class SlotLine:
    """How liked one slot is."""

    name: str
    seats: int
    taken: int
    fixed: int
    wished: int
    first: int  # it is the first wish of so many
    cannot: int  # who wish for it and cannot on its day

    @property
    def free(self) -> int:
        """Seats that are to be given."""
        return max(0, self.seats - self.taken - self.fixed)

    @property
    def is_fought_for(self) -> bool:
        """More want it first than can have it."""
        return self.first > self.free

    @property
    def is_unloved(self) -> bool:
        """Nobody wishes for it, and it has free seats."""
        return not self.wished and self.free > 0


@dataclass(frozen=True, slots=True)
class FixedLine:
    """What staff decided before."""

    fixed: FixedPlace
    name: str
    slot: str
    is_gone: bool  # whoever it is takes no part any more


@dataclass(frozen=True, slots=True)
class RunShown:
    """One run, with what is to be known before it is published."""

    run: AssignmentRun
    outcome: Outcome | None  # None: not computed
    changes: list[Change]
    before: AssignmentRun | None  # what it is compared with

    @property
    def is_owed(self) -> bool:
        """Whether it is being worked out."""
        return self.run.state == RunState.OWED

    @property
    def is_failed(self) -> bool:
        """Whether there is no answer."""
        return self.run.state == RunState.FAILED

    @property
    def forbids(self) -> bool:
        """Whether it cannot be published any more."""
        return any(change.forbids for change in self.changes)


@dataclass(frozen=True, slots=True)
class Overseen:
    """Everything the page shows."""

    sheet: Sheet
    wishing: str
    parties: list[PartyLine]
    slots: list[SlotLine]
    fixed: list[FixedLine]
    choices: Sequence[Slot]
    runs: Sequence[AssignmentRun]
    shown: RunShown | None
    is_by_wishes: bool

    @property
    def handed_in(self) -> int:
        """How many handed in wishes."""
        return sum(line.ranked > 0 for line in self.parties)

    @property
    def silent(self) -> list[PartyLine]:
        """Who handed in none."""
        return [line for line in self.parties if not line.ranked]


def oversee(sheet: Sheet, *, run: int | None, now: dt.datetime) -> Overseen:
    """The page; the number of queries does not depend on how much there is.

    ``run`` is the key of the run to show, None for the newest.
    """
    parties = parties_of(sheet)
    slots = slots_to_give(sheet, now=now)
    wishes = wishes_on(sheet, [slot.pk for slot in slots])
    held, taken = _held(sheet)
    fixed = list(FixedPlace.objects.filter(slot__sheet=sheet).select_related("user", "group"))
    cannot = _days(sheet, parties)
    given = is_given(sheet)
    runs = list(
        AssignmentRun.objects.filter(sheet=sheet)
        .select_related("asked_by")
        .defer("task", "answer")[:RUNS_SHOWN]
    )
    return Overseen(
        sheet=sheet,
        wishing=wishing_of(sheet, is_given=given, now=now).name.lower(),
        parties=_party_lines(sheet, parties, slots, wishes, held, cannot),
        slots=_slot_lines(slots, wishes, taken, fixed, cannot),
        fixed=_fixed_lines(fixed, slots, parties),
        choices=slots,
        runs=runs,
        shown=show_run(sheet, run),
        is_by_wishes=sheet.method == Method.WISHES,
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be known by who is about to publish a run."""

    shown: RunShown
    seats: int  # that are given
    presenters: int  # who get them
    silent: list[str]  # who handed in nothing
    is_open: bool  # wishes can still be handed in


def ask_before_publishing(sheet: Sheet, run: AssignmentRun, *, now: dt.datetime) -> Asked | None:
    """None where there is nothing to publish: it is not computed, or was published."""
    shown = show_run(sheet, run.pk)
    if (
        shown is None
        or shown.outcome is None
        or shown.run.published_at
        or sheet.method != Method.WISHES
    ):
        return None
    given = seats_to_give(shown.run)
    wishes = wishes_on(sheet, [slot.pk for slot in slots_to_give(sheet, now=now)])
    return Asked(
        shown=shown,
        seats=len(given),
        presenters=len({party for party, _slot in given}),
        silent=[party.name for party in parties_of(sheet) if not wishes.get(party.key)],
        is_open=wishing_of(sheet, is_given=is_given(sheet), now=now) == Wishing.OPEN,
    )


def show_run(sheet: Sheet, run_id: int | None) -> RunShown | None:
    """The run with this key, or the newest; None where there is none."""
    runs = AssignmentRun.objects.filter(sheet=sheet).select_related("asked_by")
    run = runs.filter(pk=run_id).first() if run_id is not None else runs.first()
    if run is None:
        return None
    run.sheet = sheet
    if run.state != RunState.DONE:
        return RunShown(run, None, [], None)
    before = runs.filter(pk__lt=run.pk, state=RunState.DONE).first()
    outcome = outcome_of(run.task, run.answer, (before.task, before.answer) if before else None)
    changes = [] if run.published_at or sheet.method != Method.WISHES else changes_since(run)
    return RunShown(run, outcome, changes, before)


def _held(sheet: Sheet) -> tuple[dict[str, list[str]], Counter[int]]:
    """Party's key to the names of what they hold, and slot id to how many seats are taken."""
    names: dict[str, list[str]] = defaultdict(list)
    taken: Counter[int] = Counter()
    sign_ups = slot_queries.with_slot(SignUp.objects.filter(slot__sheet=sheet))
    for sign_up in sign_ups.order_by("pk"):
        taken[sign_up.slot_id] += 1
        key = code_of_key(key_of_row(sign_up))
        names[key].append(slot_queries.describe(sign_up.slot))
    return names, taken


def _days(sheet: Sheet, parties: Sequence[Party]) -> dict[str, set[dt.date]]:
    """Party's key to the days on which one of them cannot."""
    cannot = blackouts_of(sheet.course_id)
    return {
        party.key: set().union(*(cannot.get(person.pk, set()) for person in party.people))
        for party in parties
    }


def _party_lines(
    sheet: Sheet,
    parties: Sequence[Party],
    slots: Sequence[Slot],
    wishes: Mapping[str, Mapping[int, int]],
    held: Mapping[str, list[str]],
    cannot: Mapping[str, set[dt.date]],
) -> list[PartyLine]:
    ballots = {
        code_of_key(key_of_row(ballot)): ballot
        for ballot in Ballot.objects.filter(sheet=sheet).select_related("updated_by")
    }
    load = past_load(sheet, parties)
    days = {slot.pk: slot_queries.day_of(slot) for slot in slots}
    lines = []
    for party in parties:
        ranked = wishes.get(party.key, {})
        standing = standing_of(
            ranked.keys(),
            [slot for slot in ranked if days[slot] in cannot[party.key]],
            needed=max(0, max(1, sheet.must_hold) - len(held.get(party.key, []))),
        )
        warning = ""
        if ranked and standing.is_short:
            warning = f"ranked {standing.ranked}, needs {standing.needed}"
        elif ranked and standing.is_blocked:
            few = f"only {standing.possible}" if standing.possible else "none"
            warning = f"can on the days of {few} of them"
        lines.append(
            PartyLine(
                name=party.name,
                people=", ".join(map(str, party.people)) if sheet.is_for_groups else "",
                ballot=ballots.get(party.key),
                ranked=len(ranked),
                load=load[party.key],
                days=len(cannot[party.key]),
                has=held.get(party.key, []),
                warning=warning,
            )
        )
    return lines


def _slot_lines(
    slots: Sequence[Slot],
    wishes: Mapping[str, Mapping[int, int]],
    taken: Counter[int],
    fixed: Sequence[FixedPlace],
    cannot: Mapping[str, set[dt.date]],
) -> list[SlotLine]:
    by_slot: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for party, ranks in wishes.items():
        for slot, rank in ranks.items():
            by_slot[slot].append((party, rank))
    many_fixed = Counter(one.slot_id for one in fixed)
    return [
        SlotLine(
            name=slot_queries.describe(slot),
            seats=slot.seat_count,  # type: ignore[attr-defined]
            taken=taken[slot.pk],
            fixed=many_fixed[slot.pk],
            wished=len(by_slot[slot.pk]),
            first=sum(rank == 1 for _party, rank in by_slot[slot.pk]),
            cannot=sum(
                slot_queries.day_of(slot) in cannot.get(party, set())
                for party, _rank in by_slot[slot.pk]
            ),
        )
        for slot in slots
    ]


def _fixed_lines(
    fixed: Sequence[FixedPlace], slots: Sequence[Slot], parties: Sequence[Party]
) -> list[FixedLine]:
    by_key = {slot.pk: slot for slot in slots}
    there = {party.key for party in parties}
    return [
        FixedLine(
            fixed=one,
            name=str(presenter_of(one)),
            slot=slot_queries.describe(by_key[one.slot_id])
            if one.slot_id in by_key
            else "a class that is over",
            is_gone=code_of_key(key_of_row(one)) not in there or one.slot_id not in by_key,
        )
        for one in fixed
    ]
