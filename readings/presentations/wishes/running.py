"""Runs of the optimiser: which are owed, and one after the other in a process of its own.

The solver takes 67 MB and stays where it was loaded, so that only a process that ends loads it.
A run may be hinted at twice or never: its row is asked first.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from readings.accounts.models import User
from readings.courses.models import Audience
from readings.courses.services import record_event
from readings.presentations.assignment import task_to_json
from readings.presentations.models import Method, Sheet, Slot
from readings.presentations.wishes.models import AssignmentRun, RunState
from readings.presentations.wishes.stating import state_task

logger = logging.getLogger(__name__)

SECONDS: Final = 30.0  # for the optimiser, after which it takes the best that it knows
WALL_SECONDS: Final = 120.0
CLAIM: Final = dt.timedelta(minutes=3)  # longer than the process may take
MAX_ATTEMPTS: Final = 3
CLOSED_SINCE: Final = dt.timedelta(days=30)  # a sheet that closed before is nobody's concern
_PROJECT: Final = Path(__file__).resolve().parents[3]


class _Failed(Exception):
    """There is no answer, and asking again would bring none; the sentence says why."""


def owed_runs(now: dt.datetime) -> QuerySet[AssignmentRun]:
    """What is to be computed and nobody is computing."""
    return AssignmentRun.objects.filter(state=RunState.OWED, due_at__lte=now)


def create_run(sheet: Sheet, actor: User | None, seed: int) -> AssignmentRun | None:
    """A run of everything as it is now; None where there is nothing to give, or nobody to get."""
    task = state_task(sheet, now=timezone.now())
    if not task.slots or not task.parties:
        return None
    return AssignmentRun.objects.create(
        sheet=sheet, seed=seed, task=task_to_json(task), asked_by=actor
    )


def closed_sheets(now: dt.datetime) -> QuerySet[Sheet]:
    """Sheets on which wishing ended, and of which nothing was worked out since."""
    since = AssignmentRun.objects.filter(sheet=OuterRef("pk")).filter(
        Q(created_at__gte=OuterRef("closes_at")) | Q(published_at__isnull=False)
    )
    return Sheet.objects.filter(
        Exists(Slot.objects.filter(sheet=OuterRef("pk"))),
        ~Exists(since),
        method=Method.WISHES,
        closes_at__lte=now,
        closes_at__gt=now - CLOSED_SINCE,
        course__is_template=False,
    )


def owe_closed_sheets(now: dt.datetime) -> None:
    """An owed run for every sheet on which wishing ended: once, however often it is asked."""
    for sheet_id in closed_sheets(now).values_list("pk", flat=True):
        with transaction.atomic():
            # Of two that look at once, the second waits here; and asks anew, as what it asked while
            # it waited does not know of the first one's run.
            rows = Sheet.objects.select_for_update(of=("self",), no_key=True)
            sheet = rows.select_related("course").filter(pk=sheet_id).first()
            if sheet is not None and closed_sheets(now).filter(pk=sheet_id).exists():
                create_run(sheet, None, secrets.randbelow(1_000_000))


def compute_run(run_id: int) -> None:
    """Compute one run, unless somebody does or did."""
    now = timezone.now()
    mine = owed_runs(now).filter(pk=run_id).update(due_at=now + CLAIM, attempts=F("attempts") + 1)
    if not mine:
        return
    run = AssignmentRun.objects.select_related("sheet__course").get(pk=run_id)
    if run.attempts > MAX_ATTEMPTS:
        _finish(run, RunState.FAILED, problem="It ended unexpectedly several times.")
        return
    try:
        answer = _ask(run)
    except _Failed as failure:
        _finish(run, RunState.FAILED, problem=str(failure))
    else:
        _finish(run, RunState.DONE, answer=answer)


def _ask(run: AssignmentRun) -> dict[str, Any]:
    """The optimiser's answer.  Raises ``_Failed``."""
    request = json.dumps({"task": run.task, "seed": run.seed, "seconds": SECONDS})
    try:
        finished = subprocess.run(
            [sys.executable, "-m", "readings.presentations.optimising"],
            cwd=_PROJECT,
            env={"PYTHONIOENCODING": "utf-8", "OMP_NUM_THREADS": "1"},
            input=request.encode(),
            capture_output=True,
            timeout=WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as slow:
        raise _Failed("It took too long.") from slow
    if finished.returncode != 0:
        said = finished.stderr.decode("utf-8", "replace")[-1500:]
        logger.error("run %s of the optimiser ended with %s: %s", run.pk, finished.returncode, said)
        raise _Failed("It ended unexpectedly.")
    answer = json.loads(finished.stdout)
    if "error" in answer:
        raise _Failed(answer["error"])
    found: dict[str, Any] = answer["assignment"]
    return found


def _finish(
    run: AssignmentRun, state: RunState, *, answer: dict[str, Any] | None = None, problem: str = ""
) -> None:
    limit = AssignmentRun._meta.get_field("problem").max_length
    with transaction.atomic():
        first = AssignmentRun.objects.filter(pk=run.pk, state=RunState.OWED).update(
            state=state, answer=answer or {}, problem=problem[:limit]
        )
        if not first or run.asked_by_id is not None:
            return  # whoever asked for it is looking at the page
        done = state == RunState.DONE
        title = run.sheet.title
        record_event(
            course=run.sheet.course,
            actor=None,
            kind="presentations.assignment_ready" if done else "presentations.assignment_failed",
            summary=f"Wishes for “{title}” are in, and who gets what is worked out: look at it"
            if done
            else f"Wishes for “{title}” are in, but who gets what could not be worked out",
            audience=Audience.STAFF,
            details={"sheet": run.sheet_id, "run": run.pk},
        )
