"""Days on which members of a course cannot present: every sheet and every swap asks here."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Final

from django.db import transaction

from readings.accounts.models import User
from readings.core.clock import short_date
from readings.courses.models import Audience, Course
from readings.courses.services import record_event
from readings.presentations.models import Blackout
from readings.presentations.presenters import lock_presenters
from readings.presentations.refusals import BadDays

MAX_SPAN: Final = 92  # days that are added at once
MAX_DAYS: Final = 250  # of one person, in one course


def blackouts_of(course: Course | int) -> dict[int, set[dt.date]]:
    """User id to the days on which they cannot; who has none is not in it."""
    days: dict[int, set[dt.date]] = defaultdict(set)
    for user_id, day in Blackout.objects.filter(course=course).values_list("user_id", "day"):
        days[user_id].add(day)
    return dict(days)


def days_of(course: Course, user: User) -> list[dt.date]:
    """The days of one person, in order."""
    found = Blackout.objects.filter(course=course, user=user).order_by("day")
    return list(found.values_list("day", flat=True))


def days_between(first: dt.date, last: dt.date) -> list[dt.date]:
    """Every day from one to the other.  Raises ``BadDays``."""
    if last < first:
        raise BadDays("The last day is before the first.")
    if (last - first).days >= MAX_SPAN:
        raise BadDays(f"At most {MAX_SPAN} days can be added at once.")
    return [first + dt.timedelta(days=one) for one in range((last - first).days + 1)]


def change_blackouts(
    *, course: Course, user: User, add: Collection[dt.date], remove: Collection[dt.date] = ()
) -> bool:
    """Note days on which ``user`` cannot, and days on which they can after all.

    False when nothing was new.  Raises ``BadDays`` for more days than a course has.
    """
    with transaction.atomic():
        lock_presenters(course, [user])
        there = set(days_of(course, user))
        gone = sorted(there & set(remove) - set(add))
        new = sorted(set(add) - there)
        if not gone and not new:
            return False
        if len(there) - len(gone) + len(new) > MAX_DAYS:
            raise BadDays(f"These would be more than {MAX_DAYS} days.")
        Blackout.objects.filter(course=course, user=user, day__in=gone).delete()
        Blackout.objects.bulk_create(Blackout(course=course, user=user, day=day) for day in new)
        parts = [
            f"cannot present on {_listed(new)}" if new else "",
            f"can present on {_listed(gone)}" if gone else "",
        ]
        record_event(
            course=course,
            actor=user,
            kind="presentations.blackouts_changed",
            summary=f"{user} {' and '.join(part for part in parts if part)}",
            # Why somebody is away is nobody's business but theirs and the staff's.
            audience=Audience.STAFF,
            details={
                "user": user.pk,
                "added": [day.isoformat() for day in new],
                "removed": [day.isoformat() for day in gone],
            },
        )
    return True


def _listed(days: Sequence[dt.date]) -> str:
    if len(days) > 4:
        return f"{len(days)} days from {short_date(days[0])} to {short_date(days[-1])}"
    return ", ".join(short_date(day) for day in days)
