"""Draft and its steps."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from readings.courses.models import Course


class Draft(models.Model):
    """What the staff of a course has planned and not published: one draft a course, for all.

    ``version`` is raised by every change of its steps, so that an open board knows whether it
    still shows the draft.  What was planned before has a negative id that is never given again;
    ``became`` says which row it is since it was published, for the pages that are open meanwhile.
    """

    course = models.OneToOneField(Course, on_delete=models.CASCADE, related_name="draft")
    version = models.PositiveBigIntegerField(default=0)
    lowest_id = models.BigIntegerField(default=0)
    became = models.JSONField(default=dict)  # {"-9": 31}

    def __str__(self) -> str:
        return f"Draft of {self.course}"


class Step(models.Model):
    """Edits that somebody made in one go, to be undone in one go (``schedule.edits``)."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveIntegerField()  # in the draft; taken from its version, never used twice
    summary = models.CharField(max_length=300)
    edits = models.JSONField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "number"], name="step_number_unique")
        ]

    def __str__(self) -> str:
        return self.summary
