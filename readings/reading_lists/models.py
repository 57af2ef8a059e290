"""ReadingList, Section, Entry, TitleMatch."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from readings.core.constraints import one_of
from readings.courses.models import Course
from readings.schedule.models import Reading


class ReadingList(models.Model):
    """A list of what there is to read, mostly one document's."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="reading_lists")
    title = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.title


class Section(models.Model):
    """What stands under one heading of a list; one without a title holds what is under none."""

    reading_list = models.ForeignKey(ReadingList, on_delete=models.CASCADE, related_name="sections")
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="subsections"
    )
    title = models.CharField(max_length=300, blank=True)
    # In the whole list: parents stand before what is in them, as in a document.
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.title or str(self.reading_list)


class Entry(models.Model):
    """One thing on a list: a reading of the course, or the words of something without a link.

    The same reading may stand in several sections.
    """

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="entries")
    parent = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="children"
    )
    # In the section: parents stand before what is under them, as in a document.
    position = models.PositiveIntegerField(default=0)
    reading = models.ForeignKey(
        Reading, on_delete=models.PROTECT, null=True, blank=True, related_name="entries"
    )
    title = models.CharField(max_length=500, blank=True)  # as the list has it
    authors = models.CharField(max_length=500, blank=True)  # as written, "Chen et al."
    venue = models.CharField(max_length=200, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    links = models.JSONField(default=list, blank=True)  # [{"url", "role", "label"}]
    annotation = models.TextField(blank=True)  # Markdown
    annotation_html = models.TextField(blank=True, editable=False)

    class Meta:
        ordering = ["position", "id"]
        verbose_name_plural = "entries"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reading__isnull=False) | ~models.Q(title=""),
                name="entry_reading_or_title",
            )
        ]

    def __str__(self) -> str:
        return self.title or str(self.reading)


class MatchState(models.TextChoices):
    """How far the search for an entry's paper is."""

    OWED = "owed", "To be searched"
    PROPOSED = "proposed", "Found, to be looked at"
    TAKEN = "taken", "Taken"
    NOTHING = "nothing", "Not found"
    REFUSED = "refused", "Refused by a person"


class TitleMatch(models.Model):
    """The search on arXiv for an entry that has a title and no link: what is owed, what was found.

    ``confidence`` is 0-100.  The row says what work is owed; a message to a worker is only a hint.
    """

    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, related_name="match")
    state = models.CharField(max_length=10, choices=MatchState.choices, default=MatchState.OWED)
    arxiv_id = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=500, blank=True)
    authors = models.CharField(max_length=500, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    confidence = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=300, blank=True)  # why nothing was found, or why it failed
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now, db_index=True)  # not before

    class Meta:
        constraints = [one_of("state", MatchState)]

    def __str__(self) -> str:
        return f"{self.entry}: {self.get_state_display()}"
