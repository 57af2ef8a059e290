"""Thread and Comment."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from readings.schedule.models import Reading


class Thread(models.Model):
    """A conversation about a reading; its first comment opens it."""

    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="threads")
    title = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.title or f"Thread {self.pk}"


class Comment(models.Model):
    """One contribution.  Deleting empties it and leaves its place, so that replies keep theirs."""

    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="comments")
    # The thread's reading again: comments are counted for every reading of a schedule at once.
    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="comments")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replies"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="comments"
    )
    body = models.TextField()
    body_html = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [
            models.Index(
                fields=["reading"],
                condition=models.Q(deleted_at__isnull=True),
                name="comment_count",
            )
        ]

    def __str__(self) -> str:
        return f"{self.author} on {self.created_at:%Y-%m-%d}"
