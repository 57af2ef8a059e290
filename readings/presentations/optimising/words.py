"""Sentences for reasons and relaxations."""

from __future__ import annotations

import datetime as dt

from readings.core.counting import count_of, ordinal
from readings.presentations.optimising.rules import members
from readings.presentations.optimising.values import (
    Cause,
    Constraint,
    How,
    Reason,
    Relaxation,
    Rule,
    Unmet,
)

#: So many wishes that were not granted are told one by one; nobody reads nine.
_TOLD = 3


def sentence_of(reason: Reason, *, names_others: bool = True) -> str:
    """What a party is told, as "you"; ``names_others`` only for those who know every ranking."""
    sentences = [_first(reason)]
    told = reason.unmet if len(reason.unmet) <= _TOLD else reason.unmet[: _TOLD - 1]
    sentences += [_about(unmet, names_others=names_others) for unmet in told]
    if rest := len(reason.unmet) - len(told):
        sentences.append(f"{rest} more wishes could not be granted either.")
    return " ".join(sentences)


def _first(reason: Reason) -> str:
    wish = f"your {ordinal(reason.rank)} wish" if reason.rank else "no wish of yours"
    none = "none of them could be granted" if reason.has_wishes else "you made none"
    if reason.how == How.NOTHING:
        why = "" if reason.has_wishes else ", as you made no wishes"
        return f"We found no slot for you{why}."
    if reason.how == How.SHORT:
        return f"You need {count_of(reason.short, 'more slot')}, and we found none."
    return {
        How.WISH: f"{wish[0].upper()}{wish[1:]}.",
        How.UNRANKED: f"This is {wish}, as {none}.",
        How.FIXED: f"This one was settled before ({wish}).",
        How.EXTRA: f"One more, {wish}: a seat was free.",
    }[reason.how]


def _about(unmet: Unmet, *, names_others: bool) -> str:
    why = _why(unmet, names_others=names_others)
    return f"Your {ordinal(unmet.rank)}, {unmet.slot}, {why}."


def _why(unmet: Unmet, *, names_others: bool) -> str:
    when = f"{unmet.day:%b} {unmet.day.day}" if unmet.day else "its day"
    own = {
        Cause.DATE: f"is on {when}, when you cannot",
        Cause.CANNOT: "is one that you said you cannot take",
        Cause.SIZE: f"is for {members(unmet.fewest, unmet.most)}",
        Cause.FORBIDDEN: "was ruled out for you by the staff",
        Cause.NEAR: f"is fewer than {count_of(unmet.days, 'day')} from your {unmet.other_slot}",
        Cause.CLASH: f"is at the same time as your {unmet.other_slot}",
        Cause.COVER: f"would leave too few people on {unmet.other_slot}, which has to take place",
        Cause.FREE: "is still free, as the time to compute ran out",
    }
    return own.get(unmet.cause) or (_went(unmet) if names_others else _went_unnamed(unmet))


def _went(unmet: Unmet) -> str:
    """Who has it, and why they keep it."""
    if not unmet.taker:
        return "has no seat"
    if unmet.other_takers:
        others = count_of(unmet.other_takers + 1, "other")
        return f"went to {others}, among them {unmet.taker}{_keeps(unmet)}"
    return f"went to {unmet.taker}{_keeps(unmet)}"


def _keeps(unmet: Unmet) -> str:
    who, whom, their = (
        ("which", "which", "its") if unmet.taker_is_group else ("who", "whom", "their")
    )
    rank = unmet.taker_rank
    left = f"only {their} {ordinal(rank)} wish" if rank else f"only what is no wish of {their}s"
    if not rank and unmet.taker_is_group:
        left = "only what it had not wished for"
    return {
        Cause.FIXED: f", for {whom} it was settled before",
        Cause.ONLY: f", for {whom} it was the only possible one",
        Cause.LEFT: f", for {whom} nothing else was left",
        Cause.WORSE: f", for {whom} {left} was left",
        Cause.PREFERRED: f", whose {ordinal(rank)} wish it was"
        if rank
        else f", for {whom} it was as good as the rest",
        Cause.LOAD: f", {who} had fewer slots before",
        Cause.LOT: ", by lot",
    }.get(unmet.cause, "")


def _went_unnamed(unmet: Unmet) -> str:
    """Why it went to others, without who they are and what they ranked where."""
    if not unmet.taker:
        return "has no seat"
    if unmet.cause == Cause.FIXED and not unmet.other_takers:
        return "was given out by the staff"
    whom, taker = ("which", "a group") if unmet.taker_is_group else ("whom", "somebody")
    who = whom.replace("whom", "who")
    keeps = {
        Cause.FIXED: f" to {whom} the staff gave it",
        Cause.ONLY: f" for {whom} it was the only possible one",
        Cause.LEFT: f" for {whom} nothing else was left",
        Cause.WORSE: f" {who} would otherwise have got a worse wish",
        Cause.PREFERRED: f" {who} liked it better" if unmet.taker_rank else "",
        Cause.LOAD: f" {who} had fewer slots before",
        Cause.LOT: " by lot",
    }.get(unmet.cause, "")
    if not unmet.other_takers:
        return f"went to {taker}{keeps}"
    others = count_of(unmet.other_takers + 1, "other")
    return f"went to {others}, among them one{keeps}" if keeps else f"went to {others}"


def sentence_of_relaxation(relaxation: Relaxation) -> str:
    """What the staff could do so that more get a slot."""
    asked = " and ".join(_asked(part) for part in relaxation.parts)
    return f"{asked[0].upper()}{asked[1:]}."


def _asked(part: Constraint) -> str:
    return {
        Rule.WISHES: f"ask {part.party_name} for more wishes",
        Rule.SEATS: f"give {part.slot_name} one more seat",
        Rule.SPACING: f"let {part.party_name} have two slots fewer than "
        f"{count_of(part.days, 'day')} apart",
        Rule.DATE: f"ask whether {part.party_name} could present on {_day(part.day)} after all",
        Rule.CANNOT: f"ask whether {part.party_name} could take {part.slot_name} after all",
        Rule.SIZE: f"open {part.slot_name} to {part.size} people, for {part.party_name}",
        Rule.FORBIDDEN: f"let {part.party_name} have {part.slot_name}, which was ruled out",
        Rule.FIXED: f"let {part.party_name} be moved away from {part.slot_name}",
    }[part.rule]


def _day(day: dt.date | None) -> str:
    return f"{day:%b} {day.day}" if day else "that day"
