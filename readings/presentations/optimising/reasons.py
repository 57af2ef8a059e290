"""What each party is told: which wish it got, and what stood against the better ones."""

from __future__ import annotations

from dataclasses import replace

from readings.presentations.optimising.exchanges import Exchanges
from readings.presentations.optimising.rules import Rules
from readings.presentations.optimising.values import Cause, Granted, How, Missing, Reason, Unmet


def granted_of(exchanges: Exchanges, party: str, slot: str, *, explains: bool) -> Granted:
    """What the party is told of a slot that it got because it needed one."""
    rules = exchanges.rules
    rank = rules.ranks.get((party, slot))
    if slot in rules.fixed[party]:
        return Granted(party, slot, rank, Reason(How.FIXED, rank))
    how = How.UNRANKED if rank is None else How.WISH
    unmet = _unmet(exchanges, party, slot) if explains else ()
    return Granted(party, slot, rank, Reason(how, rank, unmet, has_wishes=_wishes(rules, party)))


def extra_of(rules: Rules, party: str, slot: str) -> Granted:
    """What the party is told of a slot that it got because a seat was free."""
    rank = rules.ranks.get((party, slot))
    return Granted(party, slot, rank, Reason(How.EXTRA, rank))


def missing_of(exchanges: Exchanges, party: str, *, explains: bool) -> Missing:
    """What the party is told that has fewer than it needs."""
    rules = exchanges.rules
    has = len(exchanges.held[party])
    short = rules.needs(party) - has
    reason = Reason(
        How.SHORT if has else How.NOTHING,
        unmet=_unmet(exchanges, party, None) if explains else (),
        short=short,
        has_wishes=_wishes(rules, party),
    )
    return Missing(party, short, reason)


def _wishes(rules: Rules, party: str) -> bool:
    """Whether the party wished for anything at all."""
    return any(rules.parties[party].wishes)


def _unmet(exchanges: Exchanges, party: str, instead: str | None) -> tuple[Unmet, ...]:
    """Why the party has none of the wishes that are better than the slot ``instead``.

    None: than nothing.
    """
    rules = exchanges.rules
    held = exchanges.held[party]
    than = rules.unranked if instead is None else rules.rank(party, instead)
    wished = {slot: rules.ranks.get((party, slot)) for slot in rules.slots}
    better = [
        (rank, slot)
        for slot, rank in wished.items()
        if rank is not None and rank < than and slot not in held
    ]
    return tuple(
        _why_not(exchanges, party, instead, Unmet(rank, rules.slots[slot].name, Cause.FREE), slot)
        for rank, slot in sorted(better)
    )


def _why_not(
    exchanges: Exchanges, party: str, instead: str | None, unmet: Unmet, slot: str
) -> Unmet:
    """Why the party does not have the slot; ``unmet`` says what is known of it."""
    own = _own_reason(exchanges, party, instead, unmet, slot)
    if own is not None:
        return own
    if exchanges.is_free(slot):
        if instead is not None and exchanges.is_needed(instead):
            return _covering(exchanges.rules, unmet, instead)
        return unmet
    takers = exchanges.takers[slot]
    if not takers:  # it has no seats
        return replace(unmet, cause=Cause.TAKEN)
    claim = exchanges.weakest_claim(party, instead, slot)
    if claim.cause == Cause.COVER and instead is not None:
        return _covering(exchanges.rules, unmet, instead)
    taker = exchanges.rules.parties[claim.taker]
    return replace(
        unmet,
        cause=claim.cause,
        taker=taker.name,
        taker_is_group=taker.is_group or taker.size > 1,
        other_takers=len(takers) - 1,
        taker_rank=claim.rank,
    )


def _own_reason(
    exchanges: Exchanges, party: str, instead: str | None, unmet: Unmet, slot: str
) -> Unmet | None:
    """What the party's own rules, or its other slots, have against it."""
    rules = exchanges.rules
    what = rules.slots[slot]
    blocks = rules.blocks(party, slot)
    if blocks:
        return replace(
            unmet,
            cause=blocks[0],
            day=what.day if blocks[0] == Cause.DATE else None,
            fewest=what.fewest_members if blocks[0] == Cause.SIZE else 0,
            most=what.most_members if blocks[0] == Cause.SIZE else None,
        )
    for other in sorted(exchanges.held[party] - {instead}):
        name = rules.slots[other].name
        if rules.is_clash(slot, other):
            return replace(unmet, cause=Cause.CLASH, other_slot=name)
        if rules.is_near(slot, other):
            days = rules.task.least_days_apart
            return replace(unmet, cause=Cause.NEAR, other_slot=name, days=days)
    return None


def _covering(rules: Rules, unmet: Unmet, slot: str) -> Unmet:
    return replace(unmet, cause=Cause.COVER, other_slot=rules.slots[slot].name)
