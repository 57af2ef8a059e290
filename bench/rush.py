"""Sign-up opens: a class presses for too few seats in the same second.

    python -m bench.rush [--students 200] [--seats 40]

Each student has a browser and presses once, at a time of their own within a second, through the web
server of ``make run``.  On SQLite and, where PostgreSQL is installed, on PostgreSQL.  The last line
is one JSON object: seats taken, doubled (a seat, or a student, that is there twice), lost (students
who were told otherwise than it is), errors, and the slowest answer in seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import time
from collections import Counter
from html import unescape
from typing import Any

from bench.crowd import Answer, Browser
from bench.instance import Instance, databases, empty_instance, manage, served

GOT_IT = "The seat is yours."
TOO_LATE = ("took the last seat a moment ago.", "Every seat is taken:")
BEGINS_IN = 1.0  # seconds until the rush, in which everybody gets ready


async def press(browser: Browser, path: str, at: float) -> Answer:
    """Press the button of a slot at ``at`` (``time.time()``)."""
    await asyncio.sleep(max(0.0, at - time.time()))
    return await browser.post(path, {}, wants_part=True)


async def rush(port: int, slug: str, slots: list[int], sessions: list[str]) -> list[Answer]:
    """What each student was answered."""
    choose = random.Random(6)  # the same rush each time
    begins_at = time.time() + BEGINS_IN
    return await asyncio.gather(
        *(
            press(
                Browser(port, session),
                f"/c/{slug}/sign-ups/{slots[student % len(slots)]}/claim/",
                begins_at + choose.random(),
            )
            for student, session in enumerate(sessions)
        )
    )


def measure(instance: Instance, *, students: int, seats: int) -> dict[str, Any]:
    """One rush on one instance."""
    made = manage(instance, "rush", "prepare", f"--students={students}", f"--seats={seats}")
    with served(instance) as serving:
        answers = asyncio.run(rush(serving.port, made["slug"], made["slots"], made["sessions"]))
        print(f"{serving.cpu_seconds():.1f} s of CPU time, starting up and all")
    taken = manage(instance, "rush", "count")["taken"]
    sitting = {student for student, _seat in taken}
    told = Counter({"got it": 0, "too late": 0, "nothing": 0})
    lost = 0
    for student, answer in enumerate(answers):
        words = unescape(answer.body.decode())
        got_it = answer.status == 200 and GOT_IT in words
        too_late = answer.status == 200 and any(sentence in words for sentence in TOO_LATE)
        told["got it" if got_it else "too late" if too_late else "nothing"] += 1
        lost += got_it != (student in sitting) and (got_it or too_late)
    print(dict(told), Counter(answer.status for answer in answers))
    return {
        "students": students,
        "seats": seats,
        "taken": len(taken),
        "doubled": 2 * len(taken) - len(sitting) - len({seat for _student, seat in taken}),
        "lost": lost,
        "errors": told["nothing"],
        "slowest_s": round(max(answer.ms for answer in answers) / 1000, 2),
    }


def main() -> None:
    """Measure on both and print it."""
    parser = argparse.ArgumentParser(prog="python -m bench.rush")
    parser.add_argument("--students", type=int, default=200)
    parser.add_argument("--seats", type=int, default=40)
    chosen = parser.parse_args()
    found = {}
    with databases() as urls:
        for name, url in urls.items():
            with empty_instance(database_url=url) as instance:
                found[name] = measure(instance, students=chosen.students, seats=chosen.seats)
            print(name, found[name])
    print(json.dumps(found))


if __name__ == "__main__":
    main()
