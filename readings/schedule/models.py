"""Week, Meeting, Reading, AgendaItem; Change and Operation."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from readings.core.constraints import one_of
from readings.courses.models import Course
from readings.papers.models import Paper, PaperVersion
from readings.schedule.naming import after_label


class Kind(models.TextChoices):
    """What kind of thing happens."""

    LECTURE = "lecture", "Lecture"
    PAPERS = "papers", "Papers"
    PRESENTATIONS = "presentations", "Presentations"
    TECH_TALK = "tech_talk", "Tech talk"
    PROJECT = "project", "Project"
    GUEST = "guest", "Guest"
    OPEN = "open", "Open"
    FLEX = "flex", "Flex"
    EXAM = "exam", "Exam"
    OTHER = "other", "Other"


class Stage(models.TextChoices):
    """How far the projects are that are presented."""

    PITCH = "pitch", "Pitch"
    UPDATE = "update", "Update"
    FINAL = "final", "Final"


class LinkRole(models.TextChoices):
    """What stands behind a link."""

    PAPER = "paper", "Paper"
    PDF = "pdf", "PDF"
    SLIDES = "slides", "Slides"
    VIDEO = "video", "Video"
    CODE = "code", "Code"
    POST = "post", "Post"
    THESIS = "thesis", "Thesis"
    DOCS = "docs", "Documentation"
    COURSE = "course", "Course"
    BOOK = "book", "Book"
    FORUM = "forum", "Forum"
    NOTES = "notes", "Notes"
    OTHER = "other", "Link"


class Week(models.Model):
    """A numbered week of the term."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="weeks")
    number = models.PositiveSmallIntegerField()
    topic = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="week_number_unique")
        ]

    def __str__(self) -> str:
        return f"Week {self.number}"


class Status(models.TextChoices):
    CLASS = "class", "Class"
    HOLIDAY = "holiday", "Holiday"
    CANCELLED = "cancelled", "Cancelled"


class Meeting(models.Model):
    """One class: a local date, and times where known, in the course's zone.

    Date and times are local on purpose: correcting the zone, or a change of daylight saving, moves
    nothing.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="meetings")
    week = models.ForeignKey(Week, on_delete=models.PROTECT, related_name="meetings")
    position = models.PositiveSmallIntegerField(default=0)  # within its week
    meets_on = models.DateField(null=True, blank=True)
    meets_from = models.TimeField(null=True, blank=True)
    meets_until = models.TimeField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.CLASS)
    room = models.CharField(max_length=80, blank=True)
    is_pinned = models.BooleanField(default=False)  # what it is about stays, whatever is shifted

    class Meta:
        ordering = ["week__number", "position", "id"]
        constraints = [
            one_of("status", Status),
            models.CheckConstraint(
                condition=models.Q(meets_from__isnull=True)
                | models.Q(meets_until__isnull=True)
                | models.Q(meets_until__gt=models.F("meets_from")),
                name="meeting_ends_after_start",
            ),
            models.CheckConstraint(
                condition=models.Q(meets_from__isnull=True) | models.Q(meets_on__isnull=False),
                name="meeting_time_needs_date",
            ),
        ]
        indexes = [models.Index(fields=["course", "meets_on"], name="meeting_by_date")]

    def __str__(self) -> str:
        return f"{self.meets_on or 'undated'} ({self.get_status_display()})"


class Reading(models.Model):
    """A paper in a course, once.

    Notes and threads belong to it, not to a meeting: moving or unscheduling a paper loses nothing.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="readings")
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="readings")
    label = models.CharField(max_length=60, blank=True)  # "EffPagedAttn"
    title = models.CharField(max_length=500, blank=True)  # this course's correction
    required = models.BooleanField(default=True)
    pinned_version = models.ForeignKey(
        PaperVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="pinned_by"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "paper"], name="reading_once_a_course")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What people call it: the label, else the title, else the identifier."""
        return self.label or self.full_title

    @property
    def full_title(self) -> str:
        """The course's own title, else the paper's, else its identifier."""
        return self.title or str(self.paper)

    @property
    def rest_of_title(self) -> str:
        """The title as it stands beside the label."""
        return after_label(self.full_title, self.label)

    @property
    def page_count(self) -> int | None:
        """Pages of the version that is read, as ``queries.with_length`` gave it; else KeyError."""
        pages: int | None = self.__dict__["shown_pages"]
        return pages

    @property
    def word_count(self) -> int | None:
        """Words of the version that is read, as ``queries.with_length`` gave it; else KeyError."""
        words: int | None = self.__dict__["shown_words"]
        return words


class ReadingLink(models.Model):
    """A link that stands beside a reading: slides, code, somebody's notes."""

    reading = models.ForeignKey(Reading, on_delete=models.CASCADE, related_name="links")
    url = models.URLField(max_length=1000)
    role = models.CharField(max_length=10, choices=LinkRole.choices, default=LinkRole.OTHER)
    label = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["reading", "url"], name="reading_link_unique"),
            one_of("role", LinkRole),
        ]

    def __str__(self) -> str:
        return self.label or self.get_role_display()


class AgendaItem(models.Model):
    """What happens in a meeting, in order: a reading, or words.  In no meeting: it is parked."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="agenda_items")
    meeting = models.ForeignKey(
        Meeting, on_delete=models.SET_NULL, null=True, blank=True, related_name="agenda"
    )
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=15, choices=Kind.choices, default=Kind.PAPERS)
    stage = models.CharField(max_length=10, choices=Stage.choices, blank=True)
    reading = models.ForeignKey(
        Reading, on_delete=models.PROTECT, null=True, blank=True, related_name="agenda_items"
    )
    portion = models.CharField(max_length=80, blank=True)  # "chapters 1-3"
    text = models.CharField(max_length=300, blank=True)
    links = models.JSONField(default=list, blank=True)  # of words: [{"url", "role", "label"}]
    presenters = models.JSONField(default=list, blank=True)  # names an imported document gave
    carries_note = models.BooleanField(default=False)  # the reading's note is due for this item
    is_pinned = models.BooleanField(default=False)
    is_spare = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            one_of("kind", Kind),
            models.CheckConstraint(
                condition=models.Q(stage="") | models.Q(stage__in=Stage.values),
                name="agendaitem_stage_known",
            ),
            models.CheckConstraint(
                condition=(models.Q(reading__isnull=False) & models.Q(text=""))
                | (models.Q(reading__isnull=True) & ~models.Q(text="")),
                name="agendaitem_reading_or_words",
            ),
            models.UniqueConstraint(
                fields=["reading"],
                condition=models.Q(carries_note=True),
                name="agendaitem_one_carries_the_note",
            ),
            models.CheckConstraint(
                condition=models.Q(carries_note=False) | models.Q(reading__isnull=False),
                name="agendaitem_note_needs_reading",
            ),
        ]

    def __str__(self) -> str:
        return self.text or str(self.reading)


class Change(models.Model):
    """Operations on a course's plan that were done together, and are undone together."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=20)  # the package that made it: "imports"
    summary = models.CharField(max_length=300)
    message = models.CharField(max_length=500, blank=True)  # to the class, from who published it
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["course", "-created_at"], name="change_latest")]

    def __str__(self) -> str:
        return self.summary


class Operation(models.Model):
    """What happened to one row of the plan; turned around it is its own reverse.

    ``before`` and ``after`` hold the values of the row's columns: only those that changed, all of
    them for a row that was made (``before`` is None) or removed (``after`` is None).
    """

    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="operations")
    number = models.PositiveIntegerField()  # in the change, from 1
    model = models.CharField(max_length=40)  # "agendaitem"
    row = models.BigIntegerField()  # its primary key
    before = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(null=True, encoder=DjangoJSONEncoder)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["change", "number"], name="operation_number_unique"),
            models.CheckConstraint(
                condition=models.Q(before__isnull=False) | models.Q(after__isnull=False),
                name="operation_does_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.row}"
