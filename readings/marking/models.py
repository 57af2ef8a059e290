"""Feedback and Remark."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from readings.schedule.models import Reading


class Feedback(models.Model):
    """What the staff thinks of one student's note on one reading; theirs to see once returned.

    It belongs to reading and student and not to the note, so that a mark can be given to what was
    handed in on paper.
    """

    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="feedback")
    student = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="feedback"
    )
    # Points, or for checks 1 (minus), 2, 3 (plus); 0 is no credit.  None: not marked.
    mark = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    marked_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "feedback"
        constraints = [
            models.UniqueConstraint(fields=["reading", "student"], name="feedback_once_a_note"),
            models.CheckConstraint(
                condition=models.Q(mark__isnull=True) | models.Q(mark__gte=0),
                name="feedback_mark_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(mark__isnull=True)
                | models.Q(marked_by__isnull=False, marked_at__isnull=False),
                name="feedback_mark_has_marker",
            ),
        ]

    def __str__(self) -> str:
        return f"On {self.student}'s note, {self.reading}"


class Remark(models.Model):
    """What a marker wrote under a note, or its author answered."""

    feedback = models.ForeignKey(Feedback, on_delete=models.PROTECT, related_name="remarks")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    body = models.TextField()
    body_html = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.author}: {self.feedback}"
