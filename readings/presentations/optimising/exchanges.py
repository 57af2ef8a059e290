"""What would follow if a party had a slot in the stead of another one that has it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from readings.presentations.optimising.rules import Held, Rules
from readings.presentations.optimising.values import Cause


@dataclass(frozen=True)
class Claim:
    """What keeps a taker where it is."""

    taker: str
    cause: Cause
    rank: int | None = None  # PREFERRED: of what it has; WORSE: of what is left to it


@dataclass(frozen=True)
class Exchanges:
    """An assignment, and what could be exchanged in it with all others where they are.

    In the best assignment no exchange is better, so that each has something against it.  ``TAKEN``
    is all there is to say where the assignment is not the best.
    """

    rules: Rules
    held: Held

    @cached_property
    def takers(self) -> dict[str, list[str]]:
        """Who has each slot."""
        return self.rules.takers(self.held)

    def is_free(self, slot: str) -> bool:
        """Whether somebody could still have it."""
        return len(self.takers[slot]) < self.rules.slots[slot].seats

    def is_needed(self, slot: str) -> bool:
        """Whether nobody may leave it because seats must not stay free there."""
        return len(self.takers[slot]) <= self.rules.to_cover.get(slot, 0)

    def weakest_claim(self, party: str, gives: str | None, wants: str) -> Claim:
        """Of those who have the slot, the one with the least against giving it to ``party``.

        ``gives`` is what the party has now and would leave; None: it has too little.
        """
        claims = [self.claim(party, gives, wants, taker) for taker in self.takers[wants]]
        order = list(Cause)
        return min(claims, key=lambda claim: (order.index(claim.cause), claim.taker))

    def claim(self, party: str, gives: str | None, wants: str, taker: str) -> Claim:
        """What would follow if ``taker`` left ``wants`` to ``party``."""
        rules = self.rules
        if wants in rules.fixed[taker]:
            return Claim(taker, Cause.FIXED)
        left = self._left_to(taker, wants, gives)
        if gives is None:
            if left is not None:
                return Claim(taker, Cause.TAKEN)  # then more could be placed
            return self._between(party, taker, wants)
        if left is None:
            is_only = rules.choices[taker] == (wants,)
            return Claim(taker, Cause.ONLY if is_only else Cause.LEFT)
        if left != gives and self.is_needed(gives):
            return Claim(taker, Cause.COVER)
        if rules.rank(taker, left) > rules.rank(party, gives):
            return Claim(taker, Cause.WORSE, rules.ranks.get((taker, left)))
        if rules.rank(taker, left) < rules.rank(party, gives):
            return Claim(taker, Cause.TAKEN)  # then the exchange were better
        return self._between(party, taker, wants)

    def _left_to(self, taker: str, without: str, freed: str | None) -> str | None:
        """The best slot that the taker could have instead, all others staying where they are."""
        others = self.held[taker] - {without}
        for slot in self.rules.choices[taker]:
            is_open = slot == freed or self.is_free(slot)
            if slot not in self.held[taker] and is_open and self.rules.goes_with(slot, others):
                return slot
        return None

    def _between(self, party: str, taker: str, wants: str) -> Claim:
        """One of the two gets the slot ``wants``, the other what is as good or bad for either."""
        # By so many ranks the taker wished for it more.
        higher = self.rules.rank(party, wants) - self.rules.rank(taker, wants)
        if higher > 0:
            return Claim(taker, Cause.PREFERRED, self.rules.ranks.get((taker, wants)))
        loads = [self.rules.parties[one].past_load for one in (taker, party)]
        if higher < 0 or loads[0] > loads[1]:
            return Claim(taker, Cause.TAKEN)
        return Claim(taker, Cause.LOAD if loads[0] < loads[1] else Cause.LOT)
