"""Wishes for tech talks that the sample's students have handed in so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from readings.accounts.models import User
from readings.demo.class_talk import chooser
from readings.demo.past import Past
from readings.presentations.models import Slot
from readings.presentations.wishes.models import Ballot
from readings.presentations.wishes.services import save_wishes

# Who has, by their place among the students; Bob, whose place is 0, has not.
HAVE_WISHED: Final = (1, 2, 4, 5, 8, 12)
RANKS: Final = ((1, 2, 3), (1, 2, 2, 3), (1, 2, 3, 4, 5))  # two may be liked equally


def hand_in_wishes(past: Past, tours: Sequence[Slot], students: Sequence[User]) -> None:
    """A few ballots, a day apart or less."""
    if not tours:
        return
    sheet = tours[0].sheet
    for number, place in enumerate(HAVE_WISHED):
        if place >= len(students):
            return
        student = students[place]
        ranks = RANKS[number % len(RANKS)]
        liked = chooser(f"tours that {student} likes").sample(tours, min(len(ranks), len(tours)))
        with past.at(past.before(days=number, hours=3 + number)) as at:
            save_wishes(
                sheet=sheet,
                actor=student,
                ranks={slot.pk: rank for slot, rank in zip(liked, ranks, strict=False)},
                version=0,
            )
        Ballot.objects.filter(sheet=sheet, user=student).update(updated_at=at)
