"""Source and Import."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from readings.core.constraints import one_of
from readings.courses.models import Course


class Source(models.Model):
    """A document a course is imported from, again and again."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="sources")
    name = models.CharField(max_length=80, default="schedule")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "name"], name="source_name_unique")
        ]

    def __str__(self) -> str:
        return self.name


class ImportState(models.TextChoices):
    DRAFT = "draft", "Draft"
    APPLIED = "applied", "Applied"


class Import(models.Model):
    """One application of a document, or the draft of one: text, what was understood, what came."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="imports")
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.DRAFT)
    text = models.TextField()
    year = models.PositiveSmallIntegerField(null=True)  # as confirmed by a person
    understood = models.JSONField()
    digest = models.CharField(max_length=64, blank=True)  # of the plan that was shown
    counts = models.JSONField(default=dict)
    became = models.JSONField(default=list)  # which row of the document became which row here
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [one_of("state", ImportState)]

    def __str__(self) -> str:
        return f"{self.source} of {self.created_at:%Y-%m-%d}"
