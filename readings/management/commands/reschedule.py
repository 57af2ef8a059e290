"""``manage.py reschedule``: cancel a class and let everything follow, as the board does."""

from __future__ import annotations

import datetime as dt
import json
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from readings.core.refusals import Refusal
from readings.courses.models import Course
from readings.planning.comparing import Differences, compare_plans
from readings.planning.consequences import Consequences, consequences_of, presented_items
from readings.planning.publishing import publish_edits
from readings.planning.rearranging import (
    Rearranged,
    Way,
    cancel,
    exchange,
    free,
    insert_week,
    move_term,
    restore,
)
from readings.schedule.edits import apply_edits
from readings.schedule.plan import Plan
from readings.schedule.plan_rows import read_plan


def a_day(text: str) -> dt.date:
    """The date of an option."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text}” is no date such as 2025-10-15") from None


class Command(BaseCommand):
    help = "Rearrange the term of a course, and say what follows. It is published at once."
    requires_system_checks = []  # they say less about a missing database than this does

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("course", metavar="SLUG")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--cancel", type=a_day, metavar="DATE", help="no class on that day")
        what.add_argument("--free", type=a_day, metavar="DATE", help="make room in that class")
        what.add_argument(
            "--restore", type=a_day, metavar="DATE", help="that class takes place after all"
        )
        what.add_argument("--exchange", type=a_day, nargs=2, metavar="DATE")
        what.add_argument("--insert-week", type=int, metavar="N", help="put a week in after week N")
        what.add_argument("--move-term", type=int, metavar="DAYS", help="negative: earlier")
        agenda = parser.add_mutually_exclusive_group()
        agenda.add_argument(
            "--shift", action="store_true",
            help="what follows moves on until something spare takes it up",
        )  # fmt: skip
        agenda.add_argument("--shelve", action="store_true", help="its agenda waits unscheduled")
        agenda.add_argument("--move-to", type=a_day, metavar="DATE", help="its agenda goes there")
        agenda.add_argument("--fill", action="store_true", help="what follows moves up into it")
        parser.add_argument(
            "--buffer", action="append", default=[], metavar="WORDS",
            help="what is called so may give way, too; may be given several times",
        )  # fmt: skip
        parser.add_argument(
            "--since", type=a_day, metavar="DATE", help="with --move-term: from that day on"
        )
        parser.add_argument("--message", default="", help="to the class")
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")
        parser.add_argument("--json", action="store_true", help="print what changes as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            course = Course.objects.filter(slug=options["course"]).first()
            if course is None:
                raise CommandError(f"There is no course “{options['course']}”.")
            self.reschedule(course, options)
        except Refusal as refusal:
            raise CommandError(f"Nothing was changed. {refusal}") from refusal
        except DatabaseError as error:
            raise CommandError(
                f"Nothing was changed. The database is not ready ({error});"
                " run manage.py migrate first."
            ) from error

    def reschedule(self, course: Course, options: dict[str, Any]) -> None:
        before = read_plan(course)
        done = rearrange(before, course, options)
        after = apply_edits(before, done.edits)
        differences = compare_plans(before, after)
        following = consequences_of(course, before, after)
        if not options["dry_run"]:
            publish_edits(
                course=course, actor=None, edits=done.edits, summary=done.summary,
                message=options["message"],
            )  # fmt: skip
        if options["json"]:
            outcome = {"course": course.slug, "dry_run": options["dry_run"],
                       **as_json(done, before, after, differences, following)}  # fmt: skip
            self.stdout.write(json.dumps(outcome, indent=2, ensure_ascii=False))
            return
        self.stdout.write(f"{'Would be: ' if options['dry_run'] else ''}{done.summary}.")
        for line in [*differences.sentences, *following.sentences]:
            self.stdout.write(f"  {line}")
        for line in [*done.remarks, *done.warnings]:
            self.stdout.write(line)


def rearrange(plan: Plan, course: Course, options: dict[str, Any]) -> Rearranged:
    """What the options ask for.  Raises ``Impossible`` and ``CommandError``."""
    buffers = _buffers(plan, options["buffer"])
    if options["cancel"]:
        way = next((way for way in ("shift", "shelve", "move_to") if options[way]), "stay")
        to = _meeting_on(plan, options["move_to"]) if options["move_to"] else None
        ways = {"shift": Way.SHIFT, "shelve": Way.SHELF, "move_to": Way.MOVE, "stay": Way.STAY}
        return cancel(
            plan, _meeting_on(plan, options["cancel"]), ways[way],
            to=to, buffers=buffers, held=presented_items(course),
        )  # fmt: skip
    if options["free"]:
        meeting = _meeting_on(plan, options["free"])
        return free(plan, meeting, buffers=buffers, held=presented_items(course))
    if options["restore"]:
        return restore(plan, _meeting_on(plan, options["restore"]), fill=options["fill"])
    if options["exchange"]:
        one, other = (_meeting_on(plan, day) for day in options["exchange"])
        return exchange(plan, one, other)
    if options["insert_week"] is not None:
        return insert_week(
            plan, options["insert_week"], at_end=not options["shift"],
            meets_from=course.meets_from, meets_until=course.meets_until,
            held=presented_items(course),
        )  # fmt: skip
    return move_term(plan, options["move_term"], since=options["since"])


def _meeting_on(plan: Plan, day: dt.date) -> int:
    """The class on a day; of several the first that takes place."""
    there = [one for one in plan.in_order if one.meets_on == day]
    if not there:
        days = ", ".join(str(one.meets_on) for one in plan.in_order if one.meets_on)
        raise CommandError(f"There is no class on {day}. The term has: {days or 'no dates'}.")
    return next((one for one in there if one.takes_place), there[0]).id


def _buffers(plan: Plan, words: list[str]) -> frozenset[int]:
    found: set[int] = set()
    for one in words:
        wanted = one.strip().strip("[]").casefold()
        items = {item.id for item in plan.items.values() if plan.name_of(item).casefold() == wanted}
        if not items:
            raise CommandError(f"Nothing in the plan is called “{one}”.")
        found |= items
    return frozenset(found)


def as_json(
    done: Rearranged, before: Plan, after: Plan, differences: Differences, following: Consequences
) -> dict[str, Any]:
    """What changes, with ISO dates; ``null`` stands for "in no class"."""

    def day(plan: Plan, meeting: int | None) -> str | None:
        found = plan.meetings.get(meeting) if meeting is not None else None
        return found.meets_on.isoformat() if found and found.meets_on else None

    return {
        "summary": done.summary,
        "meetings": differences.meetings,
        "moves": [
            {"item": one.name, "from": day(before, one.before), "to": day(after, one.after)}
            for one in differences.moves
        ],
        "parked": [one.name for one in differences.moves if one.after is None],
        "other": differences.agenda,
        "deadlines": [
            {
                "reading": one.name,
                "from": one.before and one.before.isoformat(),
                "to": one.after and one.after.isoformat(),
            }
            for one in following.deadlines
        ],
        "talks": [
            {"title": one.title, "people": list(one.people), "what": one.place}
            for one in following.talks
        ],
        "sign_ups": [
            {
                "title": one.title,
                "opens": one.opens_at and one.opens_at.isoformat(),
                "closes": one.closes_at and one.closes_at.isoformat(),
            }
            for one in following.windows
        ],
        "remarks": done.remarks,
        "warnings": done.warnings,
    }
