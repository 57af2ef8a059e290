"""CalendarEntry."""

from __future__ import annotations

from django.db import models

from readings.courses.models import Course


class CalendarEntry(models.Model):
    """What a calendar was last told of one event of a course.

    A calendar takes a change of an event only when its SEQUENCE is raised (RFC 5545, 3.8.7.4);
    ``digest`` is that of its content, so that whatever changes it, by whichever way, raises it.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="calendar_entries")
    key = models.CharField(max_length=60)  # "meeting-12", "note-5", "slot-7"
    digest = models.CharField(max_length=64)
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "key"], name="calendarentry_key_unique")
        ]

    def __str__(self) -> str:
        return f"{self.key}, {self.sequence}"
