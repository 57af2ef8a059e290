"""Reminder."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from readings.courses.models import Course
from readings.schedule.models import Reading


class Reminder(models.Model):
    """A mail that reminds one student of the notes they owe: the row is the work that is owed."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="reminders")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reminders"
    )
    readings = models.ManyToManyField(Reading, related_name="+")
    words = models.CharField(max_length=500, blank=True)  # of whoever sends it
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    claimed_until = models.DateTimeField(null=True)  # somebody is sending it
    sent_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)  # why it could not be sent

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"Reminder of {self.user}"
