"""SwapRequest."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from readings.core.constraints import one_of
from readings.courses.models import Course, Group
from readings.presentations.models import Slot, person_or_group


class SwapKind(models.TextChoices):
    SWAP = "swap", "swap"  # a seat for a seat
    HAND_OVER = "hand_over", "hand over"  # a seat for nothing


class SwapState(models.TextChoices):
    OFFERED = "offered", "offered"
    ACCEPTED = "accepted", "waits for staff"
    DONE = "done", "done"
    DECLINED = "declined", "declined"
    WITHDRAWN = "withdrawn", "taken back"
    REFUSED = "refused", "staff did not agree"
    LAPSED = "lapsed", "no longer possible"


OPEN_STATES = (SwapState.OFFERED, SwapState.ACCEPTED)


class SwapRequest(models.Model):
    """An offer to give one's seat away, to one or to all, for another or for none.

    ``user`` or ``group`` holds a seat of ``slot`` while the request is open; whoever accepts gives
    their seat of ``counter_slot`` in return, or nothing when it is handed over.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="swap_requests")
    kind = models.CharField(max_length=10, choices=SwapKind.choices)
    state = models.CharField(max_length=10, choices=SwapState.choices, default=SwapState.OFFERED)
    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="swap_requests")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    group = models.ForeignKey(Group, on_delete=models.CASCADE, null=True, related_name="+")
    # To whom; both empty: to all.
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    to_group = models.ForeignKey(Group, on_delete=models.CASCADE, null=True, related_name="+")
    # What is wanted, or was given by whoever accepted.
    counter_slot = models.ForeignKey(
        Slot, on_delete=models.CASCADE, null=True, related_name="counter_requests"
    )
    # Who accepted, while staff have to agree and ever after.
    by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    by_group = models.ForeignKey(Group, on_delete=models.SET_NULL, null=True, related_name="+")
    message = models.CharField(max_length=300, blank=True)
    # The class moved on to a day on which the presenter cannot; None: a person asked.
    blackout_day = models.DateField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=300, blank=True)  # why it lapsed, or staff did not agree

    class Meta:
        ordering = ["-id"]
        constraints = [
            one_of("kind", SwapKind),
            one_of("state", SwapState),
            person_or_group("swap_person_or_group"),
            models.CheckConstraint(
                condition=models.Q(to_user__isnull=True) | models.Q(to_group__isnull=True),
                name="swap_to_one_or_all",
            ),
            models.CheckConstraint(
                condition=models.Q(by_user__isnull=True) | models.Q(by_group__isnull=True),
                name="swap_accepted_by_one",
            ),
            # One open offer a seat, so that it cannot be promised twice.
            models.UniqueConstraint(
                fields=["slot", "user"],
                condition=models.Q(user__isnull=False, state__in=OPEN_STATES),
                name="swap_open_once_a_user",
            ),
            models.UniqueConstraint(
                fields=["slot", "group"],
                condition=models.Q(group__isnull=False, state__in=OPEN_STATES),
                name="swap_open_once_a_group",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.slot} by {self.user or self.group}"
