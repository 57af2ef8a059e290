"""Dates what the services do for the sample course to when it would have happened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models import Max

from readings.courses.models import Course, Event


class Past:
    """The time of ``course`` until ``now``: nothing in it is later."""

    def __init__(self, course: Course, now: dt.datetime) -> None:
        self.course = course
        self.now = now

    @contextmanager
    def at(self, instant: dt.datetime) -> Iterator[dt.datetime]:
        """What the services record inside happened at ``instant``, or just now if that is later.

        Gives that time, for rows which the services date themselves.
        """
        happened = min(instant, self.now)
        events = Event.objects.filter(course=self.course)
        last = events.aggregate(last=Max("pk"))["last"] or 0
        yield happened
        events.filter(pk__gt=last).update(created_at=happened)

    def before(self, *, days: float = 0, hours: float = 0) -> dt.datetime:
        """The instant so long ago."""
        return self.now - dt.timedelta(days=days, hours=hours)
