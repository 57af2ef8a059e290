"""Feedback and Remark."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from django.conf import settings
from django.db import models
from django.utils import timezone

from readings.notes.policy import Mark, Marking
from readings.schedule.models import Reading

#: What a mark is kept in; ``mark_from`` reads it.
MARK_COLUMNS: Final = ("mark", "scale", "out_of")


def mark_from(mark: Decimal | None, scale: str, out_of: int | None) -> Mark | None:
    """The mark that is kept in ``MARK_COLUMNS``; None: not marked."""
    if mark is None or out_of is None:
        return None
    return Mark(mark, Marking(scale), out_of)


class Feedback(models.Model):
    """What the staff thinks of one student's note on one reading; theirs to see once returned.

    It belongs to reading and student and not to the note, so that a mark can be given to what was
    handed in on paper.
    """

    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="feedback")
    student = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="feedback"
    )
    # A mark on the scale that the course had when it was given, see ``policy.Mark``.
    mark = models.DecimalField(max_digits=6, decimal_places=2, null=True)  # None: not marked
    scale = models.CharField(max_length=12, choices=Marking.choices, blank=True)
    out_of = models.PositiveSmallIntegerField(null=True)
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
            models.CheckConstraint(
                condition=models.Q(mark__isnull=True, scale="", out_of__isnull=True)
                | models.Q(
                    mark__isnull=False,
                    scale__in=Marking.values,
                    out_of__isnull=False,  # of nothing ">= 1" is unknown, which a CHECK lets by
                    out_of__gte=1,
                ),
                name="feedback_mark_has_scale",
            ),
        ]

    def __str__(self) -> str:
        return f"On {self.student}'s note, {self.reading}"

    @property
    def given(self) -> Mark | None:
        """The mark with its scale; None: not marked."""
        return mark_from(self.mark, self.scale, self.out_of)


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
