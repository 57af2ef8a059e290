"""Course, Membership, Group, GroupInvitation, Event."""

from __future__ import annotations

import uuid
import zoneinfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from readings.core.constraints import one_of
from readings.core.tokens import new_token


def validate_time_zone(value: str) -> None:
    """Refuse a name that the time zone database does not know."""
    if value not in zoneinfo.available_timezones():
        raise ValidationError("This is not the name of a time zone, such as Europe/Berlin.")


class Visibility(models.TextChoices):
    PUBLIC = "public", "Public: anyone may see schedule and papers"
    LINK = "link", "By link: whoever holds the secret address may see them"
    MEMBERS = "members", "Members only"


class Course(models.Model):
    """One run of a seminar: its dates, its zone, who may see it."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    code = models.CharField(max_length=40, blank=True)
    term = models.CharField(max_length=40, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    meeting_days = models.JSONField(default=list, blank=True)  # weekdays, Monday is 0
    meets_from = models.TimeField(null=True, blank=True)
    meets_until = models.TimeField(null=True, blank=True)
    visibility = models.CharField(
        max_length=10, choices=Visibility.choices, default=Visibility.MEMBERS
    )
    view_token = models.CharField(max_length=32, unique=True, default=new_token)
    join_token = models.CharField(max_length=32, unique=True, default=new_token)
    is_sample = models.BooleanField(default=False)
    is_template = models.BooleanField(default=False)  # a plan to start courses from, and no course
    # Part of the names of its events in calendars, which stay whatever else is changed.
    uid = models.UUIDField(default=uuid.uuid4, editable=False)
    # Raised by everything that changes what a visitor sees, so that an unchanged page need not be
    # made again.
    version = models.PositiveBigIntegerField(default=1)
    # How many students a group is to have; None: no such limit.
    fewest_in_group = models.PositiveSmallIntegerField(null=True, blank=True)
    most_in_group = models.PositiveSmallIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-starts_on", "title"]
        constraints = [
            one_of("visibility", Visibility),
            models.CheckConstraint(
                condition=models.Q(starts_on__isnull=True)
                | models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="course_ends_after_start",
            ),
            models.CheckConstraint(
                condition=models.Q(fewest_in_group__isnull=True)
                | models.Q(most_in_group__isnull=True)
                | models.Q(most_in_group__gte=models.F("fewest_in_group")),
                name="course_most_in_group_not_below_fewest",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The time zone in which its meetings take place."""
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def zone_name(self) -> str:
        """The zone as a person says it: "Detroit time"."""
        return f"{self.time_zone.rpartition('/')[2].replace('_', ' ')} time"


class Role(models.TextChoices):
    INSTRUCTOR = "instructor", "Instructor"
    ASSISTANT = "assistant", "Assistant"
    STUDENT = "student", "Student"
    AUDITOR = "auditor", "Auditor"


class Membership(models.Model):
    """A user's role in a course."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.STUDENT)
    # The visit that goes on or was the last one, and when the one before it ended.
    visited_at = models.DateTimeField(null=True, blank=True)
    visited_before_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "user"], name="membership_unique"),
            one_of("role", Role),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"


class Group(models.Model):
    """Students of a course who present together."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="groups")
    name = models.CharField(max_length=80)
    join_token = models.CharField(max_length=32, unique=True, default=new_token)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["course", "name"], name="group_name_unique")]

    def __str__(self) -> str:
        return self.name


class GroupMember(models.Model):
    """A student in a group; at most one group in each course."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="members")
    # The group's course again, because a constraint cannot look across tables.
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="group_memberships"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "user"], name="group_member_once_a_course")
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.group}"


class GroupInvitation(models.Model):
    """A student is asked to join a group; the row goes when it is answered."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="invitations")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="group_invitations"
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["group", "user"], name="group_invitation_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} is invited to {self.group}"


class Audience(models.TextChoices):
    EVERYONE = "everyone", "Whoever may see the course"
    MEMBERS = "members", "Members"
    STAFF = "staff", "Instructors and assistants"


class Event(models.Model):
    """What changed in a course: written in the transaction that changed it, read by feeds."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="events")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    kind = models.CharField(max_length=40)  # "schedule.meeting_moved": package, dot, what happened
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.MEMBERS)
    # Whom alone it concerns; None: the whole audience.
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    summary = models.CharField(max_length=300)  # the sentence shown under "Changed lately"
    details = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [one_of("audience", Audience)]
        indexes = [models.Index(fields=["course", "-created_at"], name="event_latest")]

    def __str__(self) -> str:
        return self.summary
