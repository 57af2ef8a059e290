"""Sheet, Slot, Seat, SignUp, Waiting, Blackout."""

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


class Method(models.TextChoices):
    FIRST_COME = "first_come", "first come, first served"
    WISHES = "wishes", "ranked wishes"


class Swaps(models.TextChoices):
    FREE = "free", "between those concerned"
    AGREED = "agreed", "when staff agree"
    NONE = "none", "not at all"


class Sheet(models.Model):
    """A sign-up sheet: slots that are given out together, by one set of rules."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="sheets")
    title = models.CharField(max_length=80)  # "Lead a paper"
    taken_by = models.CharField(max_length=10, choices=TakenBy.choices, default=TakenBy.PERSON)
    method = models.CharField(max_length=12, choices=Method.choices, default=Method.FIRST_COME)
    # When seats are taken, or wishes handed in; a slot may say otherwise for its own seats.
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    must_hold = models.PositiveSmallIntegerField(default=0)  # slots each; 0: nobody has to
    may_hold = models.PositiveSmallIntegerField(null=True, blank=True)  # None: as many as they like
    days_apart = models.PositiveSmallIntegerField(default=0)  # at least, between two of one's own
    # Members of a group that takes a seat; None: no such limit.
    fewest_members = models.PositiveSmallIntegerField(null=True, blank=True)
    most_members = models.PositiveSmallIntegerField(null=True, blank=True)
    auditors_too = models.BooleanField(default=False)
    # When set, only these may take a seat.
    is_for_some = models.BooleanField(default=False)
    only_users = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    only_groups = models.ManyToManyField(Group, blank=True, related_name="+")
    has_waiting_list = models.BooleanField(default=True)
    fills_up = models.BooleanField(default=True)  # who gets none of their wishes gets what is left
    swaps = models.CharField(max_length=8, choices=Swaps.choices, default=Swaps.FREE)
    # Slides are due so many hours before class; None: whenever they like.
    slides_due_hours = models.PositiveSmallIntegerField(null=True, blank=True)
    asks_class = models.BooleanField(default=True)  # the class says what it thought of the talk
    marks_out_of = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [
            one_of("taken_by", TakenBy),
            one_of("method", Method),
            one_of("swaps", Swaps),
            models.UniqueConstraint(fields=["course", "title"], name="sheet_title_unique"),
            models.CheckConstraint(
                condition=models.Q(opens_at__isnull=True)
                | models.Q(closes_at__isnull=True)
                | models.Q(closes_at__gt=models.F("opens_at")),
                name="sheet_closes_after_opening",
            ),
            models.CheckConstraint(
                condition=models.Q(may_hold__isnull=True)
                | models.Q(may_hold__gte=models.F("must_hold")) & models.Q(may_hold__gte=1),
                name="sheet_may_hold_what_it_must",
            ),
            models.CheckConstraint(
                condition=models.Q(fewest_members__isnull=True)
                | models.Q(most_members__isnull=True)
                | models.Q(most_members__gte=models.F("fewest_members")),
                name="sheet_most_members_not_below_fewest",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_for_groups(self) -> bool:
        """Whether groups take its seats, not persons."""
        return self.taken_by == TakenBy.GROUP


def person_or_group(name: str) -> models.CheckConstraint:
    """A constraint that a row is of exactly one person or one group."""
    return models.CheckConstraint(
        condition=models.Q(user__isnull=False, group__isnull=True)
        | models.Q(user__isnull=True, group__isnull=False),
        name=name,
    )


def once_each(name: str, *fields: str) -> list[models.UniqueConstraint]:
    """Constraints that a person, and a group, has one row for ``fields``."""
    return [
        models.UniqueConstraint(
            fields=[*fields, who],
            condition=models.Q(**{f"{who}__isnull": False}),
            name=f"{name}_once_a_{who}",
        )
        for who in ("user", "group")
    ]


class Slot(models.Model):
    """Something on the agenda that somebody presents; it moves with its item."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="slots")
    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="slots")
    agenda_item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="slots")
    title = models.CharField(max_length=120, blank=True)  # "First pitch"; else the item's
    position = models.PositiveSmallIntegerField(default=0)  # order on the day, within the item
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    # Its own window, which moves with its class; None: as the sheet says.
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [
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
            person_or_group("signup_person_or_group"),
            *once_each("signup_slot", "slot"),
        ]

    def __str__(self) -> str:
        return f"{self.user or self.group} for {self.slot}"


class Waiting(models.Model):
    """Who gets the next seat of a slot that becomes free, in the order of the rows."""

    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="waiting")
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
            person_or_group("waiting_person_or_group"),
            *once_each("waiting_slot", "slot"),
        ]

    def __str__(self) -> str:
        return f"{self.user or self.group} waits for {self.slot}"


class Blackout(models.Model):
    """A day on which a member of the course cannot present."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="blackouts")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="blackouts"
    )
    day = models.DateField()

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["course", "user", "day"], name="blackout_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.user} cannot on {self.day}"
