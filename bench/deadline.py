"""The last minute before a deadline: a class writes, saves itself and hands in.

    python -m bench.deadline [--students 200] [--seconds 60]

Each student saves a draft every few seconds, as the editor in the browser does, and hands in in the
last minute, most of them in the last seconds and a fifth in the last half second, through the web
server of ``make run``.  On SQLite and, where PostgreSQL is installed, on PostgreSQL.  The baseline
is the same submission in a quiet hour.  The last line is one JSON object: what was handed in, lost
(not stored as it was sent), refused or failed (errors), stamped late, and how long it took (ms).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import time
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from bench.crowd import Browser, percentile
from bench.instance import Instance, databases, empty_instance, manage, served

SAVES_EVERY = 5.0  # seconds
QUIET = 20  # submissions in the quiet hour
LAST_MOMENT = 0.05  # seconds before the deadline in which nobody begins any more
WORDS = "The paper shows that fusing the loop saves a pass over memory, and measures it. " * 12


@dataclass
class Seen:
    """What the students saw."""

    drafts: list[float] = field(default_factory=list)  # ms
    submits: list[float] = field(default_factory=list)  # ms
    errors: list[str] = field(default_factory=list)


def text_of(student: int) -> str:
    """What a student hands in, which is nobody else's."""
    return f"Note {student}. {WORDS}{student}"


def fields_of(student: int, share: float, based_on: int) -> dict[str, str]:
    """The form with that share of the text written."""
    text = text_of(student)
    return {
        "answer-summary": text[: max(1, int(len(text) * share))],
        "answer-doubts": f"Whether {student} is enough.",
        "answer-score": str(student % 5 + 1),
        "answer-question": "Why not *twice*, with $n^2$?",
        "based_on": str(based_on),
    }


async def write_note(
    browser: Browser, student: int, note: str, hands_in_at: float, begins_at: float, seen: Seen
) -> None:
    """Save drafts until it is time, then hand in; times are ``time.time()``."""
    based_on = 0
    saves = max(1, int((hands_in_at - begins_at) / SAVES_EVERY))
    for number in range(saves):
        await asyncio.sleep(max(0.0, begins_at + number * SAVES_EVERY - time.time()))
        fields = fields_of(student, (number + 1) / (saves + 1), based_on)
        answer = await browser.post(f"{note}draft/", fields, wants_json=True)
        if answer.status == 200:
            seen.drafts.append(answer.ms)
            based_on = json.loads(answer.body)["draft_number"]
        else:
            seen.errors.append(f"draft of {student}: {answer.status}")
    await asyncio.sleep(max(0.0, hands_in_at - time.time()))
    answer = await browser.post(f"{note}submit/", fields_of(student, 1, based_on))
    seen.submits.append(answer.ms)
    if answer.status != 302:
        seen.errors.append(f"note of {student}: {answer.status}")


async def rush(port: int, sessions: list[str], note: str, due: float, seconds: float) -> Seen:
    """The last ``seconds`` before ``due``."""
    choose = random.Random(7)  # the same rush each time
    seen = Seen()
    writing = []
    for student, session in enumerate(sessions):
        before = (
            choose.uniform(LAST_MOMENT, 0.5)
            if student % 5 == 0
            else min(LAST_MOMENT + choose.expovariate(10 / seconds), seconds * 0.6)
        )
        begins_at = due - seconds + choose.uniform(0, seconds / 4)
        browser = Browser(port, session)
        writing.append(write_note(browser, student, note, due - before, begins_at, seen))
    await asyncio.gather(*writing)
    return seen


async def quiet(port: int, sessions: list[str], note: str) -> float:
    """The median of submissions one after the other, in ms."""
    times = []
    for student, session in enumerate(sessions[:QUIET]):
        browser = Browser(port, session)
        times.append((await browser.post(f"{note}submit/", fields_of(student, 1, 0))).ms)
        browser.close()
    return median(times)


def measure(instance: Instance, *, students: int, seconds: float) -> dict[str, Any]:
    """One rush on one instance."""
    made = manage(instance, "deadline", "prepare", f"--students={students}")
    calm, rushed = (f"/c/{made['slug']}/papers/{one}/note/" for one in made["readings"])
    with served(instance) as serving:
        quiet_ms = asyncio.run(quiet(serving.port, made["sessions"], calm))
        due = manage(instance, "deadline", "set", f"--seconds={seconds}")["due"]
        seen = asyncio.run(rush(serving.port, made["sessions"], rushed, due, seconds))
    stored = manage(instance, "deadline", "count")
    texts = stored.pop("texts")
    kept = sum(
        texts.get(f"student{student}@example.edu") == text_of(student)
        for student in range(students)
    )
    for error in seen.errors[:5]:
        print(error)
    return {
        "submitted": stored["submitted"],
        "lost": students - kept,
        "errors": len(seen.errors),
        "late": stored["late"],
        "stamped_after_deadline": stored["after_due"],
        "drafts": len(seen.drafts),
        "draft_p99_ms": round(percentile(seen.drafts, 99), 1),
        "p50_ms": round(percentile(seen.submits, 50), 1),
        "p99_ms": round(percentile(seen.submits, 99), 1),
        "quiet_ms": round(quiet_ms, 1),
        "p99_to_quiet": round(percentile(seen.submits, 99) / quiet_ms, 1),
    }


def main() -> None:
    """Measure on both and print it."""
    parser = argparse.ArgumentParser(prog="python -m bench.deadline")
    parser.add_argument("--students", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60.0)
    chosen = parser.parse_args()
    found = {}
    with databases() as urls:
        for name, url in urls.items():
            with empty_instance(database_url=url) as instance:
                found[name] = measure(instance, students=chosen.students, seconds=chosen.seconds)
            print(name, found[name])
    print(json.dumps(found))


if __name__ == "__main__":
    main()
