"""Slot, Seat, SignUp."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from readings.core.constraints import one_of
from readings.courses.models import Course, Group
from readings.schedule.models import AgendaItem


class TakenBy(models.TextChoices):
    PERSON = "person", "one person a seat"
    GROUP = "group", "one group a seat"


class Slot(models.Model):
    """Something on the agenda that somebody presents; it moves with its item."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="slots")
    agenda_item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="slots")
    title = models.CharField(max_length=120, blank=True)  # "First pitch"; else the item's
    taken_by = models.CharField(max_length=10, choices=TakenBy.choices, default=TakenBy.PERSON)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [
            one_of("taken_by", TakenBy),
            models.CheckConstraint(
                condition=models.Q(opens_at__isnull=True)
                | models.Q(closes_at__isnull=True)
                | models.Q(closes_at__gt=models.F("opens_at")),
                name="slot_closes_after_opening",
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.agenda_item)


class Seat(models.Model):
    """A numbered place in a slot: there are as many sign-ups as rows here, and no more."""

    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="seats")
    number = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["slot", "number"], name="seat_number_unique")
        ]

    def __str__(self) -> str:
        return f"Seat {self.number}"


class SignUp(models.Model):
    """Who has a seat: exactly one person or one group, and one of them a seat."""

    seat = models.OneToOneField(Seat, on_delete=models.PROTECT, related_name="sign_up")
    # The seat's slot again: nobody holds two seats of one slot.
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="sign_ups")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="sign_ups"
    )
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, related_name="sign_ups")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, group__isnull=True)
                | models.Q(user__isnull=True, group__isnull=False),
                name="signup_person_or_group",
            ),
            models.UniqueConstraint(
                fields=["slot", "user"],
                condition=models.Q(user__isnull=False),
                name="signup_person_once_a_slot",
            ),
            models.UniqueConstraint(
                fields=["slot", "group"],
                condition=models.Q(group__isnull=False),
                name="signup_group_once_a_slot",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user or self.group} for {self.slot}"
