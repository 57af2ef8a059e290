"""Material, TalkFeedback, TalkMark: of a presenter on a slot, whoever has the seat now."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from readings.courses.models import Group
from readings.presentations.models import Slot, once_each, person_or_group


class Material(models.Model):
    """One version of what a presenter handed in: a file, or a link."""

    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="materials")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, related_name="+")
    label = models.CharField(max_length=60)  # "Slides", "Code"; versions of one label replace it
    version = models.PositiveSmallIntegerField()
    url = models.URLField(max_length=500, blank=True)  # of a link
    name = models.CharField(max_length=150, blank=True)  # of a file
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)  # bytes
    content_type = models.CharField(max_length=100, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["label", "-version"]
        constraints = [
            person_or_group("material_person_or_group"),
            *once_each("material_version", "slot", "label", "version"),
            models.CheckConstraint(
                condition=models.Q(url="") & ~models.Q(sha256="")
                | ~models.Q(url="") & models.Q(sha256=""),
                name="material_file_or_link",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}, version {self.version}"


class TalkFeedback(models.Model):
    """What one member of the class thought of a talk: for the presenters and staff alone."""

    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="talk_feedback")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, related_name="+")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="talk_feedback"
    )
    clarity = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    depth = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    liked = models.TextField(blank=True)
    improve = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [
            person_or_group("talk_feedback_person_or_group"),
            *once_each("talk_feedback_author", "slot", "author"),
        ]

    def __str__(self) -> str:
        return f"{self.author} on {self.slot}"


class TalkMark(models.Model):
    """A mark on a talk: of the presenter, or of one member of the group."""

    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="talk_marks")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, related_name="+")
    # A member of the group who has a mark of their own; None: the whole group, or the person.
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="talk_marks"
    )
    value = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    out_of = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    comment = models.TextField(blank=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(default=timezone.now)
    returned_at = models.DateTimeField(null=True, blank=True)  # shown to the presenters from then

    class Meta:
        ordering = ["id"]
        constraints = [
            person_or_group("talk_mark_person_or_group"),
            models.UniqueConstraint(
                fields=["slot", "user"],
                condition=models.Q(user__isnull=False),
                name="talk_mark_once_a_person",
            ),
            models.UniqueConstraint(
                fields=["slot", "group"],
                condition=models.Q(group__isnull=False, member__isnull=True),
                name="talk_mark_once_a_group",
            ),
            models.UniqueConstraint(
                fields=["slot", "group", "member"],
                condition=models.Q(group__isnull=False, member__isnull=False),
                name="talk_mark_once_a_member",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value} for {self.member or self.group or self.user}"
