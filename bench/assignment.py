"""What assigning 200 persons or groups to 60 slots takes, and how well it serves them.

    python -m bench.assignment [--parties 200] [--slots 60]

For each shape of wishes the CPU seconds of this process with reasons and relaxations, and without,
and the seconds that passed, which on a busy machine are several times as many; how many of the
slots needed were granted, and how many of those are one of the first three wishes.  The last line
is one JSON object.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import resource
import time
from collections.abc import Callable
from typing import Any

from readings.presentations.assignment import OfferedSlot, Party, Task, assign

FIRST = dt.date(2025, 9, 1)
A_DAY = 4  # slots on one day
#: What an assignment may take here, in CPU seconds: it uses one core.
MOST = 10.0


class Shape:
    """Makes tasks of one size, always the same."""

    def __init__(self, parties: int, slots: int) -> None:
        self.parties, self.slots = parties, slots
        self.chance = random.Random(1)

    def day(self, slot: int) -> dt.date:
        """Four slots on a day, one day a week."""
        return FIRST + dt.timedelta(weeks=slot // A_DAY)

    def offered(self, seats: int, **more: Any) -> tuple[OfferedSlot, ...]:
        """The slots."""
        return tuple(
            OfferedSlot(str(slot), f"Paper {slot}", seats, self.day(slot), **more)
            for slot in range(self.slots)
        )

    def at_once(self, seats: int) -> tuple[OfferedSlot, ...]:
        """The slots, those of one day at the same time."""
        days: dict[dt.date, set[str]] = {}
        for slot in range(self.slots):
            days.setdefault(self.day(slot), set()).add(str(slot))
        return tuple(
            OfferedSlot(
                str(slot),
                f"Paper {slot}",
                seats,
                self.day(slot),
                clashes=frozenset(days[self.day(slot)] - {str(slot)}),
            )
            for slot in range(self.slots)
        )

    def wishing(self, count: int, alike: float, **more: Any) -> tuple[Party, ...]:
        """The parties, with ``count`` wishes each; ``alike``: how much they want the same."""

        def wishes() -> tuple[tuple[str, ...], ...]:
            liked = sorted(
                range(self.slots), key=lambda slot: slot * alike + 10 * self.chance.random()
            )
            return tuple((str(slot),) for slot in liked[:count])

        return tuple(
            Party(
                str(party),
                f"Group {party}",
                wishes(),
                past_load=self.chance.randrange(3),
                cannot_on=frozenset({self.day(self.chance.randrange(self.slots))}),
                **more,
            )
            for party in range(self.parties)
        )

    def seats(self, each: int, spare: float) -> int:
        """Seats of one slot, so that all together are ``spare`` times what is needed."""
        return max(1, round(self.parties * each * spare / self.slots))

    def popular_few(self) -> Task:
        """Everybody wants the same, and many get nothing."""
        return Task(self.offered(self.seats(1, 1.2)), self.wishing(10, 0.5))

    def all_ranked(self) -> Task:
        """Everybody ranks everything, and nothing is left over."""
        return Task(self.offered(self.seats(1, 1.0)), self.wishing(self.slots, 0.3))

    def spread(self) -> Task:
        """Everybody wants something else."""
        return Task(self.offered(self.seats(1, 1.2)), self.wishing(5, 0.0))

    def must_be_taken(self) -> Task:
        """No slot may stay without anybody, and what is no wish is better than nothing."""
        parties = self.wishing(8, 0.3, takes_unranked=True)
        return Task(self.offered(self.seats(1, 1.2), least_taken=1), parties)

    def two_each(self) -> Task:
        """Groups with two slots, two weeks apart."""
        parties = self.wishing(10, 0.0, must_hold=2, may_hold=2, size=3)
        return Task(self.offered(self.seats(2, 1.05)), parties, least_days_apart=14)

    def two_each_wanting_the_same(self) -> Task:
        """The same, and they want the same, and what is on one day is at the same time."""
        parties = self.wishing(12, 0.3, must_hold=2, may_hold=3, size=3)
        return Task(self.at_once(self.seats(2, 0.7)), parties, least_days_apart=14, fills_up=True)


SHAPES: list[Callable[[Shape], Task]] = [
    Shape.popular_few,
    Shape.all_ranked,
    Shape.spread,
    Shape.must_be_taken,
    Shape.two_each,
    Shape.two_each_wanting_the_same,
]


def measure(task: Task) -> dict[str, Any]:
    """The figures of one task."""
    began, started = time.perf_counter(), time.process_time()
    found = assign(task, seed=1)
    passed, explained = time.perf_counter() - began, time.process_time()
    assign(task, seed=1, explains=False)
    bare = time.process_time() - explained
    needed = sum(party.must_hold for party in task.parties)
    high = sum(1 for one in found.granted if one.rank is not None and one.rank <= 3)
    return {
        "seconds": round(explained - started, 2),
        "bare_seconds": round(bare, 2),
        "passed": round(passed, 2),
        "placed": round(found.vector[0] / needed, 3),
        "first_three": round(high / len(found.granted), 3),
        "relaxations": len(found.relaxations),
        "is_proven": found.is_proven_optimal,
    }


def main() -> None:
    """Measure every shape and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--parties", type=int, default=200)
    parser.add_argument("--slots", type=int, default=60)
    options = parser.parse_args()
    shapes: dict[str, dict[str, Any]] = {}
    assign(Task((), ()), seed=1)  # whatever is loaded once is loaded now
    for shape in SHAPES:
        name = shape.__name__.replace("_", " ")
        shapes[name] = found = measure(shape(Shape(options.parties, options.slots)))
        proof = "" if found["is_proven"] else ", not proven"
        print(
            f"{name:26} {found['seconds']:6.2f} s ({found['bare_seconds']:.2f} s without reasons;"
            f" {found['passed']:.2f} s passed),"
            f" {found['placed']:6.1%} placed, {found['first_three']:6.1%} of these among the first"
            f" three wishes{proof}"
        )
    slowest = max(found["seconds"] for found in shapes.values())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"slowest {slowest:.2f} s (at most {MOST:.0f}), {memory} MiB")
    print(json.dumps({"shapes": shapes, "slowest": slowest, "most": MOST, "mib": memory}))


if __name__ == "__main__":
    main()
