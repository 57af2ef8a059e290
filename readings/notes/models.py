"""Note and its revisions."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from readings.core.constraints import one_of
from readings.schedule.models import Reading


class NoteState(models.TextChoices):
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"


class Note(models.Model):
    """What one person writes about a reading.

    ``draft`` is what stands in their editor; ``body`` is what they last submitted and the others
    read.  Every submitted body is kept as a revision.
    """

    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notes"
    )
    state = models.CharField(max_length=10, choices=NoteState.choices, default=NoteState.DRAFT)
    draft = models.TextField(blank=True)
    # Counts the saved drafts: a second tab that saves over a later draft is told, not obeyed.
    draft_number = models.PositiveIntegerField(default=0)
    draft_saved_at = models.DateTimeField(null=True)
    body = models.TextField(blank=True)
    body_html = models.TextField(blank=True)
    submitted_at = models.DateTimeField(null=True)  # the first time
    edited_at = models.DateTimeField(null=True)  # submitted again
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reading", "author"], name="note_once_an_author"),
            one_of("state", NoteState),
            models.CheckConstraint(
                condition=models.Q(state="draft") | models.Q(submitted_at__isnull=False),
                name="note_submitted_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.author}: {self.reading}"

    @property
    def is_submitted(self) -> bool:
        """Whether the others may see it."""
        return self.state == NoteState.SUBMITTED


class Revision(models.Model):
    """One submitted state of a note."""

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    body = models.TextField()
    body_html = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["note", "number"], name="revision_number_unique")
        ]

    def __str__(self) -> str:
        return f"Revision {self.number} of {self.note}"
