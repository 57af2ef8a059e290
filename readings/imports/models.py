"""Source and Import."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from readings.core.constraints import one_of
from readings.courses.models import Course
from readings.reading_lists.models import ReadingList
from readings.schedule.models import Change


class Source(models.Model):
    """A document a course is imported from, again and again.

    What an import compares, and what it may remove, is what came from the same source.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="sources")
    name = models.CharField(max_length=80, default="schedule")
    # A paste of bare links is no document: what it does not name was not taken out of it.
    removes = models.BooleanField(default=True)
    # The list that its entries are on; None before it had any.
    reading_list = models.ForeignKey(
        ReadingList, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    url = models.CharField(max_length=1000, blank=True)  # where it is fetched from
    is_followed = models.BooleanField(default=False)  # looked at once a day
    checked_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)  # why the last look failed
    failures = models.PositiveSmallIntegerField(default=0)  # looks in a row that failed
    due_at = models.DateTimeField(null=True, blank=True)  # the next look is owed from then on
    etag = models.CharField(max_length=200, blank=True)  # of what was last fetched
    # SHA-256 of the text that was last applied or offered: what was looked at is offered once.
    seen = models.CharField(max_length=64, blank=True)

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
    format = models.CharField(max_length=30, blank=True)  # as a person said; empty: recognised
    filename = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=1000, blank=True)  # where it was fetched, as it was pasted
    base_url = models.CharField(max_length=1000, blank=True)  # what its relative links are beside
    # What a person decided in the preview: conflicts to take from the document, links to take.
    choices = models.JSONField(default=dict)
    change = models.OneToOneField(
        Change, on_delete=models.SET_NULL, null=True, related_name="from_import"
    )
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


class FetchState(models.TextChoices):
    OWED = "owed", "On its way"
    ARRIVED = "arrived", "Arrived"
    FAILED = "failed", "Failed"


class DocumentFetch(models.Model):
    """A document somebody named by its address: it is owed, it is here, or it could not be had.

    A worker fetches it, so that a slow host keeps nobody's page waiting; the row is the truth and
    is dropped after a day.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="+")
    url = models.CharField(max_length=1000)  # as it was pasted
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(default=timezone.now, db_index=True)
    state = models.CharField(max_length=10, choices=FetchState.choices, default=FetchState.OWED)
    problem = models.CharField(max_length=300, blank=True)  # a sentence, where it failed
    body = models.BinaryField(blank=True)
    filename = models.CharField(max_length=200, blank=True)
    base_url = models.CharField(max_length=1000, blank=True)  # what its relative links are beside

    class Meta:
        constraints = [one_of("state", FetchState)]

    def __str__(self) -> str:
        return self.url
