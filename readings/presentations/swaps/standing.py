"""Who holds what and who may hold what, read once and then asked about: no query for an answer."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection

from django.utils import timezone

from readings.core.refusals import Refusal
from readings.courses.models import Course, GroupMember, Membership, Role
from readings.presentations import queries
from readings.presentations.claim_words import over_sentence
from readings.presentations.holding import held_slot, rules_of
from readings.presentations.models import Blackout, Sheet, SignUp, Slot, Swaps
from readings.presentations.presenters import Key, key_of
from readings.presentations.refusals import (
    AlreadyYours,
    AuditorsDoNotPresent,
    NotAStudent,
    NotForYou,
)
from readings.presentations.swaps.models import SwapKind, SwapRequest, SwapState
from readings.presentations.swaps.words import (
    asked_of,
    giver_of,
    gone_sentence,
    taker_of,
)
from readings.presentations.windows import Phase


class Standing:
    """A course, or one sheet of it, as it is at one moment."""

    def __init__(self, course: Course, sheet: Sheet | int | None = None) -> None:
        self._now = timezone.now()
        slots = Slot.objects.filter(course=course)
        held = SignUp.objects.filter(slot__course=course)
        if sheet is not None:
            slots, held = slots.filter(sheet=sheet), held.filter(slot__sheet=sheet)
        self.slots = {slot.pk: slot for slot in queries.in_order(queries.with_item(slots))}
        # A slot and who sits there: since when.
        self._since: dict[tuple[int, Key], dt.datetime] = {}
        self._slots_of: dict[Key, list[int]] = defaultdict(list)
        for slot, user, group, since in held.order_by("pk").values_list(
            "slot", "user", "group", "created_at"
        ):
            self._since[slot, (user, group)] = since
            self._slots_of[user, group].append(slot)
        self._roles = dict(Membership.objects.filter(course=course).values_list("user", "role"))
        self._members: dict[int, list[int]] = defaultdict(list)
        for group, user in GroupMember.objects.filter(course=course).values_list("group", "user"):
            self._members[group].append(user)
        self._chosen = self._load_chosen(course)
        self._blackouts = set(Blackout.objects.filter(course=course).values_list("user", "day"))

    def holds(self, who: Key, slot: int) -> bool:
        """Whether they have a seat of the slot."""
        return (slot, who) in self._since

    def slots_of(self, who: Key, sheet: int) -> list[Slot]:
        """What they have on the sheet, in the order of the term."""
        mine = set(self._slots_of.get(who, ()))
        return [slot for pk, slot in self.slots.items() if pk in mine and slot.sheet_id == sheet]

    def holders(self, sheet: int) -> list[tuple[Slot, Key]]:
        """Every taken seat of the sheet and who has it."""
        return [
            (self.slots[slot], who)
            for slot, who in self._since
            if slot in self.slots and self.slots[slot].sheet_id == sheet
        ]

    def people(self, who: Key) -> list[int]:
        """The ids of the person, or of the group's members."""
        user, group = who
        return [user] if user is not None else list(self._members.get(group or 0, ()))

    def is_there(self, who: Key) -> bool:
        """Whether the person is in the course, or anybody in the group."""
        return any(user in self._roles for user in self.people(who))

    def is_over(self, slot: Slot) -> bool:
        """Whether its class was."""
        return queries.window_of(slot).phase(self._now) == Phase.OVER

    def cannot_on(self, who: Key, day: dt.date | None) -> bool:
        """Whether the person, or any member of the group, marked the day as one they cannot."""
        return day is not None and any((user, day) in self._blackouts for user in self.people(who))

    def against(self, who: Key, slot: Slot, *, instead_of: Collection[int] = ()) -> Refusal | None:
        """What speaks against their having ``slot`` too, without those that they give for it.

        The same as ``require_role`` and ``require_allowed`` say, without asking the database.
        """
        sheet = slot.sheet
        if self.holds(who, slot.pk):
            return AlreadyYours("You have a seat here already.")
        against = self.against_role(who, sheet)
        if against is not None:
            return against
        if sheet.is_for_some and who not in self._chosen.get(sheet.pk, ()):
            return NotForYou(f"“{sheet.title}” is for some of the class only.")
        rules = rules_of(sheet)
        mine = self.slots_of(who, sheet.pk)
        held = [held_slot(one) for one in mine if one.pk not in instead_of]
        try:
            if who[1] is not None:
                rules.require_size(len(self.people(who)))
            is_exchange = len(held) < len(mine)
            rules.require_room(held, held_slot(slot), is_exchange=is_exchange)
        except Refusal as refusal:
            return refusal
        return None

    def why_impossible(self, request: SwapRequest) -> str:
        """Why an open request cannot be done any more; empty when it can, as far as one sees."""
        slot = self.slots.get(request.slot_id)
        giver = giver_of(request)
        if slot is None:
            return "This slot is not on its sheet any more."
        since = self._since.get((slot.pk, key_of(giver)))
        # Whoever gave their seat up and took one again did not offer that one.
        if since is None or since > request.created_at:
            return f"{giver} does not have this seat any more."
        if not self.is_there(key_of(giver)):
            return gone_sentence(giver)
        if slot.sheet.swaps == Swaps.NONE:
            return f"On “{slot.sheet.title}” seats do not change hands any more."
        if self.is_over(slot):
            return over_sentence(slot)
        if request.blackout_day is not None and request.state == SwapState.OFFERED:
            day = queries.day_of(slot)
            if day != request.blackout_day or not self.cannot_on(key_of(giver), day):
                return "The class is not on a day any more on which the presenter cannot."
        return self._why_not_the_other(request, slot)

    def _why_not_the_other(self, request: SwapRequest, slot: Slot) -> str:
        accepted = request.state == SwapState.ACCEPTED
        other = taker_of(request) if accepted else asked_of(request)
        if other is None:
            return "Who accepted it is not there any more." if accepted else ""
        if not self.is_there(key_of(other)):
            return gone_sentence(other)
        if request.kind == SwapKind.HAND_OVER or request.counter_slot_id is None:
            return ""
        counter = self.slots.get(request.counter_slot_id)
        if counter is None or counter.sheet_id != slot.sheet_id:
            return "The two slots are not on the same sheet any more."
        if not self.holds(key_of(other), counter.pk):
            return f"{other} does not have {queries.describe(counter)} any more."
        if self.is_over(counter):
            return over_sentence(counter)
        return ""

    def against_role(self, who: Key, sheet: Sheet) -> Refusal | None:
        """What a person's part in the course says against any seat of the sheet."""
        user, group = who
        if group is not None or user is None:
            return None
        role = self._roles.get(user)
        if role == Role.STUDENT or (role == Role.AUDITOR and sheet.auditors_too):
            return None
        if role == Role.AUDITOR:
            return AuditorsDoNotPresent("You audit this course: auditors do not present.")
        return NotAStudent("Only students hold seats here.")

    def _load_chosen(self, course: Course) -> dict[int, set[Key]]:
        found: dict[int, set[Key]] = defaultdict(set)
        some = Sheet.objects.filter(course=course, is_for_some=True)
        for sheet, user in some.values_list("pk", "only_users"):
            found[sheet].add((user, None))
        for sheet, group in some.values_list("pk", "only_groups"):
            found[sheet].add((None, group))
        return found
