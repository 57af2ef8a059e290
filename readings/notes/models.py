"""What notes are asked for by (NotePolicy, NoteTemplate, Assignment ...), and the notes."""

from __future__ import annotations

from dataclasses import fields
from functools import cached_property

from django.conf import settings
from django.db import models
from django.utils import timezone

from readings.core.constraints import one_of
from readings.courses.models import Course
from readings.notes.policy import (
    Due,
    Exempt,
    ExemptionKind,
    Late,
    Marking,
    Per,
    Policy,
    Readers,
    SkipsBy,
)
from readings.notes.prompts import FREE_TEXT, Prompt, for_role
from readings.schedule.models import Reading


class NoteTemplate(models.Model):
    """What a course asks in the notes on some readings, or on all."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="note_templates")
    name = models.CharField(max_length=80)
    is_hidden = models.BooleanField(default=False)  # not offered any more; notes keep theirs
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["course", "name"], name="notetemplate_name_unique")
        ]

    def __str__(self) -> str:
        return self.name


class TemplateVersion(models.Model):
    """The prompts of a template as they were at one time: never changed, only followed.

    ``prompts`` are what ``Prompt.as_json`` gives, in order; ``roles`` the seats that the prompts
    speak of ("Reviewer"), in the order in which they are taken in turn.
    """

    template = models.ForeignKey(NoteTemplate, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    prompts = models.JSONField(default=list)
    roles = models.JSONField(default=list, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["template", "number"], name="templateversion_number_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.template}, version {self.number}"

    @cached_property
    def all_prompts(self) -> tuple[Prompt, ...]:
        """The prompts of every role."""
        return tuple(map(Prompt.from_json, self.prompts))


def prompts_of(version: TemplateVersion | None, role: str) -> tuple[Prompt, ...]:
    """What somebody on the seat ``role`` is asked by ``version``; None: no template, free text."""
    return FREE_TEXT if version is None else for_role(version.all_prompts, role)


class NotePolicy(models.Model):
    """The rules of a course's notes: the fields of ``Policy``, which says what they mean."""

    course = models.OneToOneField(Course, on_delete=models.CASCADE, related_name="note_policy")
    template = models.ForeignKey(
        NoteTemplate, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )  # what is asked where a reading asks nothing else; None: free text

    due = models.CharField(max_length=15, choices=Due.choices, default=Due.BEFORE_CLASS)
    minutes_before = models.PositiveIntegerField(default=Policy.minutes_before)
    days_before = models.PositiveSmallIntegerField(default=Policy.days_before)
    due_time = models.TimeField(default=Policy.due_time)
    grace_minutes = models.PositiveIntegerField(default=Policy.grace_minutes)
    late = models.CharField(max_length=15, choices=Late.choices, default=Late.ACCEPTED)
    late_percent = models.PositiveSmallIntegerField(default=Policy.late_percent)
    late_days = models.PositiveSmallIntegerField(null=True, blank=True)
    skips = models.PositiveSmallIntegerField(default=Policy.skips)
    skips_by = models.CharField(max_length=10, choices=SkipsBy.choices, default=SkipsBy.STUDENT)
    unused_skip_drops = models.BooleanField(default=False)
    presenters_exempt = models.CharField(
        max_length=10, choices=Exempt.choices, default=Exempt.NOTHING
    )
    per = models.CharField(max_length=10, choices=Per.choices, default=Per.READING)
    best_of = models.PositiveSmallIntegerField(null=True, blank=True)
    marking = models.CharField(max_length=12, choices=Marking.choices, default=Marking.COMPLETION)
    points = models.PositiveSmallIntegerField(default=Policy.points)
    percent_minus = models.PositiveSmallIntegerField(default=Policy.percent_minus)
    percent_check = models.PositiveSmallIntegerField(default=Policy.percent_check)
    percent_plus = models.PositiveSmallIntegerField(default=Policy.percent_plus)
    sample = models.PositiveSmallIntegerField(null=True, blank=True)
    sample_seed = models.CharField(max_length=40, blank=True)
    readers = models.CharField(max_length=15, choices=Readers.choices, default=Readers.OPEN)
    presenters_read_minutes_before = models.PositiveIntegerField(
        null=True, blank=True, default=Policy.presenters_read_minutes_before
    )
    anonymous = models.BooleanField(default=False)
    marking_split = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "note policies"
        constraints = [
            one_of("due", Due),
            one_of("late", Late),
            one_of("skips_by", SkipsBy),
            one_of("presenters_exempt", Exempt),
            one_of("per", Per),
            one_of("marking", Marking),
            one_of("readers", Readers),
            models.CheckConstraint(
                condition=models.Q(points__gte=1), name="notepolicy_points_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(best_of__isnull=True) | models.Q(best_of__gte=1),
                name="notepolicy_best_of_positive",
            ),
            models.CheckConstraint(
                condition=models.Q(sample__isnull=True) | models.Q(sample__gte=1),
                name="notepolicy_sample_positive",
            ),
            models.CheckConstraint(
                condition=models.Q(late_percent__lte=100), name="notepolicy_late_percent_at_most"
            ),
        ]

    def __str__(self) -> str:
        return f"Notes of {self.course}"

    @property
    def rules(self) -> Policy:
        """The policy as a value."""
        return Policy(**{field.name: getattr(self, field.name) for field in fields(Policy)})


class Assignment(models.Model):
    """What the note on one reading asks for, where that differs from the course's policy."""

    reading = models.OneToOneField(Reading, on_delete=models.CASCADE, related_name="assignment")
    template = models.ForeignKey(
        NoteTemplate, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # A deadline of its own, local in the course's zone; else it follows the class.
    due_on = models.DateField(null=True, blank=True)
    due_time = models.TimeField(null=True, blank=True)
    is_skippable = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(due_on__isnull=True, due_time__isnull=True)
                | models.Q(due_on__isnull=False, due_time__isnull=False),
                name="assignment_due_date_and_time",
            )
        ]

    def __str__(self) -> str:
        return f"Note on {self.reading}"


class RoleSeat(models.Model):
    """From whose point of view somebody reads a paper: one of the roles of its template."""

    reading = models.ForeignKey(Reading, on_delete=models.CASCADE, related_name="role_seats")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="role_seats"
    )
    role = models.CharField(max_length=40)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reading", "user"], name="roleseat_once_a_reading")
        ]

    def __str__(self) -> str:
        return f"{self.user} as {self.role}"


class Exemption(models.Model):
    """Somebody owes no note on a reading: they spent a skip, or the instructor excused them."""

    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="exemptions")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="exemptions"
    )
    kind = models.CharField(max_length=10, choices=ExemptionKind.choices)
    reason = models.CharField(max_length=200, blank=True)  # seen by staff and by the student
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            one_of("kind", ExemptionKind),
            models.UniqueConstraint(fields=["reading", "user"], name="exemption_once_a_reading"),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.reading}: {self.get_kind_display()}"


class NoteState(models.TextChoices):
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"


class Note(models.Model):
    """What one person writes about a reading.

    ``draft`` is what stands in their editor; ``answers`` is what they last submitted and the others
    read, with ``body`` and ``body_html`` written out of it.  Everything submitted is kept as a
    revision.  ``prompts`` of its ``version`` and ``role`` say what the answers are to; ``prompts``
    gives the shapes of answers.
    """

    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notes"
    )
    state = models.CharField(max_length=10, choices=NoteState.choices, default=NoteState.DRAFT)
    version = models.ForeignKey(
        TemplateVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="notes"
    )  # None: free text
    role = models.CharField(max_length=40, blank=True)
    draft = models.JSONField(default=dict, blank=True)
    has_draft = models.BooleanField(default=False)  # the draft says something else than the answers
    # Counts the saved drafts: a second tab that saves over a later draft is told, not obeyed.
    draft_number = models.PositiveIntegerField(default=0)
    draft_saved_at = models.DateTimeField(null=True)
    answers = models.JSONField(default=dict, blank=True)
    body = models.TextField(blank=True)
    body_html = models.TextField(blank=True)
    submitted_at = models.DateTimeField(null=True)  # first, or again after it was withdrawn
    edited_at = models.DateTimeField(null=True)  # submitted again
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reading", "author"], name="note_once_an_author"),
            one_of("state", NoteState),
            # A note that was withdrawn is a draft without a time.
            models.CheckConstraint(
                condition=models.Q(state="draft", submitted_at__isnull=True)
                | models.Q(state="submitted", submitted_at__isnull=False),
                name="note_submitted_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.author}: {self.reading}"

    @property
    def is_submitted(self) -> bool:
        """Whether it is handed in: the others may see it as the course's policy says."""
        return self.state == NoteState.SUBMITTED

    @property
    def prompts(self) -> tuple[Prompt, ...]:
        """What it answers."""
        return prompts_of(self.version, self.role)


class Revision(models.Model):
    """One submitted state of a note."""

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    version = models.ForeignKey(
        TemplateVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    role = models.CharField(max_length=40, blank=True)
    answers = models.JSONField(default=dict, blank=True)
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


class Attachment(models.Model):
    """A file that answers a prompt; taken away it stays for the revisions that speak of it.

    The file is stored under its hash (``attachments.path_of``), so that the same one is kept once.
    """

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="attachments")
    prompt = models.CharField(max_length=40)  # the key of what it answers
    name = models.CharField(max_length=200)  # as it was called where it came from
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()  # bytes
    content_type = models.CharField(max_length=100)
    created_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True)
    is_submitted = models.BooleanField(default=False)  # the others may have it

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Appreciation(models.Model):
    """Somebody found another's note helpful."""

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="appreciations")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="appreciations"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["note", "user"], name="appreciation_once_a_note")
        ]

    def __str__(self) -> str:
        return f"{self.user} for {self.note}"
