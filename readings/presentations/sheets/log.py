"""Who did what when with sheets, slots and seats."""

from __future__ import annotations

from django.db.models import Min, Q, QuerySet

from readings.accounts.models import User
from readings.courses.models import Course, Event, Group
from readings.presentations.models import Sheet, Slot
from readings.presentations.seating import GIVEN, TAKEN_AWAY

# Events about several slots at once: ``details["slots"]``.
_ABOUT_SEVERAL = (
    "presentations.slots_added",
    "presentations.slots_changed",
    "presentations.slots_removed",
    "presentations.sheet_removed",
)
# Acts of which there is no other row than the notices to whom they concern.
_TOLD_ONLY = tuple(
    f"presentations.swap_{what}"
    for what in ("offered", "declined", "withdrawn", "refused", "lapsed")
)


def log_of(
    course: Course, *, sheet: Sheet | None = None, slot: int | None = None, user: User | None = None
) -> QuerySet[Event]:
    """The events of the course, the newest first; of a sheet, a slot, a person if one is given.

    A slot may be gone since.  A person's are what they did, and what happened to seats of theirs
    and of the groups they are in.
    """
    events = Event.objects.filter(course=course, kind__startswith="presentations.")
    events = events.exclude(kind__in=[GIVEN, TAKEN_AWAY])  # said of the seat itself as well
    found = events.select_related("actor", "recipient").order_by("-created_at", "-pk")
    if sheet is not None:
        slots = set(Slot.objects.filter(sheet=sheet).values_list("pk", flat=True))
        slots |= _slots_once_on(events, sheet)
        found = found.filter(Q(details__sheet=sheet.pk) | Q(details__slot__in=sorted(slots)))
    if slot is not None:
        found = found.filter(Q(details__slot=slot) | Q(pk__in=_about(events, slot)))
    if user is not None:
        groups = Group.objects.filter(course=course, members__user=user)
        found = found.filter(
            Q(actor=user)
            | Q(recipient=user)
            | Q(details__user=user.pk)
            | Q(details__group__in=list(groups.values_list("pk", flat=True)))
        )
    # Notices to single persons tell of what is written down already.
    return found.filter(Q(recipient=None) | Q(pk__in=_first_notices(found)))


def _first_notices(events: QuerySet[Event]) -> QuerySet[Event, int]:
    """Of what is told to those concerned alone, the first row of each act."""
    notices = events.filter(kind__in=_TOLD_ONLY, recipient__isnull=False).order_by()
    by_act = notices.values("details__swap", "kind").annotate(first=Min("pk"))
    return by_act.values_list("first", flat=True)


def _about(events: QuerySet[Event], slot: int) -> list[int]:
    """The events about several slots of which this is one: few, so they are looked through."""
    rows = events.filter(kind__in=_ABOUT_SEVERAL).values_list("pk", "details__slots")
    return [pk for pk, slots in rows if slot in (slots or [])]


def _slots_once_on(events: QuerySet[Event], sheet: Sheet) -> set[int]:
    """Slots of the sheet that were removed: what happened to their seats is its log's still."""
    gone = events.filter(details__sheet=sheet.pk)
    single = gone.filter(kind="presentations.slot_removed").values_list("details__slot", flat=True)
    several = gone.filter(kind="presentations.slots_removed")
    return set(single).union(*several.values_list("details__slots", flat=True))
