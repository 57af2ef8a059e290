"""Discussion, Thread and Comment."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from readings.schedule.models import Reading


class Discussion(models.Model):
    """What is said about a reading, as a count of changes.

    Every post, edit and deletion takes the next number in its own transaction, so the numbers
    become visible in their order and "what changed since 41?" misses nothing.  Times could not
    say that: a comment may be written before another one and be committed after it.
    """

    reading = models.OneToOneField(
        Reading, on_delete=models.CASCADE, primary_key=True, related_name="discussion"
    )
    change_count = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"Discussion of {self.reading}"


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
    # Numbers of the discussion's changes: the one that posted this comment, and the latest one
    # that touched it.
    appeared_in = models.PositiveBigIntegerField(default=0)
    changed_in = models.PositiveBigIntegerField(default=0)
    # Given out with the form, so that a double press posts once.
    nonce = models.CharField(max_length=32, null=True, blank=True)  # noqa: DJ001 (unique if set)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["author", "nonce"], name="comment_posted_once"),
            models.CheckConstraint(
                condition=models.Q(deleted_at__isnull=True) | models.Q(body="", body_html=""),
                name="comment_deleted_is_empty",
            ),
            models.CheckConstraint(
                condition=models.Q(changed_in__gte=models.F("appeared_in")),
                name="comment_changes_after_it_appears",
            ),
        ]
        indexes = [
            models.Index(fields=["reading", "changed_in"], name="comment_changes"),
            models.Index(
                fields=["reading"],
                condition=models.Q(deleted_at__isnull=True),
                name="comment_count",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.author} on {self.created_at:%Y-%m-%d}"
