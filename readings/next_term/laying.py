"""Where the classes of a past term go in a new one.  Pure.

Classes keep their order and nothing else: the third class of last term is the third of the next
one, whatever weekday that is.  A pin holds something on its day within a term; it does not reach
into the next.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from readings.schedule.terms import TermDay

TOPIC_LENGTH = 200


@dataclass(frozen=True)
class OldClass:
    """A class of the past term, by its key; ``is_empty``: nothing was planned for it."""

    key: int
    is_empty: bool = False


@dataclass(frozen=True)
class Place:
    """A meeting of the new term; ``source`` is the class whose plan it takes over.

    ``holiday`` is the name of the holiday it is, which has no source; "" for a class.
    """

    week: int
    day: dt.date | None
    source: int | None = None
    holiday: str = ""


@dataclass(frozen=True)
class Layout:
    """The new term in order, and the classes that find no day in it, in theirs."""

    places: tuple[Place, ...]
    without_day: tuple[int, ...] = ()


def lay_on(classes: Sequence[OldClass], days: Sequence[TermDay]) -> Layout:
    """Each class on the next day that is no holiday.

    Where days are short, classes without a plan give up theirs, the last ones first; then the last
    classes find none.  Days that are left over become empty classes.
    """
    surplus = len(classes) - sum(not day.holiday for day in days)
    idle = [one.key for one in classes if one.is_empty]
    given_up = set(idle[len(idle) - min(surplus, len(idle)) :]) if surplus > 0 else set()
    waiting = [one.key for one in classes if one.key not in given_up]
    places = []
    for day in days:
        source = waiting.pop(0) if waiting and not day.holiday else None
        places.append(Place(day.week, day.day, source, day.holiday))
    return Layout(tuple(places), tuple(waiting))


def topics_of(
    topics: Mapping[int, str], moved: Iterable[tuple[int, int]], free: Iterable[int] = ()
) -> dict[int, str]:
    """What the new weeks are about: a topic goes where the first class of its old week goes.

    ``topics`` are those of the old weeks by number, ``moved`` old and new week of each class in
    order, ``free`` old weeks without any class, which keep their number.
    """
    first: dict[int, int] = {}
    for old, new in moved:
        first.setdefault(old, new)
    found: dict[int, str] = {}
    for number in sorted(topics):
        new_number = first.get(number, number if number in set(free) else None)
        if new_number is None or not topics[number]:
            continue
        said = [found[new_number]] if new_number in found else []
        found[new_number] = " · ".join([*said, topics[number]])[:TOPIC_LENGTH]
    return found
