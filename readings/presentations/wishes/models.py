"""Ballot, Preference, FixedPlace, AssignmentRun."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from readings.core.constraints import one_of
from readings.courses.models import Group
from readings.presentations.models import Sheet, Slot, once_each, person_or_group


class Ballot(models.Model):
    """What one person, or one group, wishes for on a sheet."""

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="ballots")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    group = models.ForeignKey(Group, on_delete=models.CASCADE, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)  # two members who rank at once are told
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            person_or_group("ballot_person_or_group"),
            *once_each("ballot_sheet", "sheet"),
        ]

    def __str__(self) -> str:
        return f"Wishes of {self.user or self.group}: {self.sheet}"


class Preference(models.Model):
    """A wish: a slot and its rank, 1 first; several of one rank are liked equally."""

    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="preferences")
    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="preferences")
    rank = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["rank", "id"]
        constraints = [
            models.UniqueConstraint(fields=["ballot", "slot"], name="preference_once_a_slot"),
            models.CheckConstraint(condition=models.Q(rank__gte=1), name="preference_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.rank}: {self.slot}"


class FixedPlace(models.Model):
    """What staff decided before the optimiser: this person or group gets this slot."""

    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="fixed")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    group = models.ForeignKey(Group, on_delete=models.CASCADE, null=True, related_name="+")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [
            person_or_group("fixed_person_or_group"),
            *once_each("fixed_slot", "slot"),
        ]

    def __str__(self) -> str:
        return f"{self.user or self.group} is to have {self.slot}"


class RunState(models.TextChoices):
    OWED = "owed", "waiting to be computed"
    DONE = "done", "computed"
    FAILED = "failed", "failed"


class AssignmentRun(models.Model):
    """One computation of who gets which slot; the row says what work is owed."""

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="runs")
    seed = models.PositiveIntegerField()  # breaks ties; shown, so that anyone can repeat it
    state = models.CharField(max_length=8, choices=RunState.choices, default=RunState.OWED)
    # What was asked and answered, in the forms of ``presentations.optimising.wire``.
    task = models.JSONField(default=dict)
    answer = models.JSONField(default=dict)
    problem = models.CharField(max_length=300, blank=True)  # why it failed
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now, db_index=True)  # not before
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [one_of("state", RunState)]

    def __str__(self) -> str:
        return f"{self.sheet}, seed {self.seed}"
