"""Whether what one was told still holds: no news is made of what is settled since."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from readings.courses.access import Access
from readings.courses.models import Event, GroupInvitation
from readings.presentations.queries import MOVED_UP, SlotSummary
from readings.presentations.seating import GIVEN
from readings.presentations.swaps.queries import waiting_for
from readings.presentations.wishes.queries import GRANTED

INVITED: Final = "courses.group_invitation"
OFFERED: Final = "presentations.swap_offered"

_ABOUT_MY_SLOT: Final = (MOVED_UP, GIVEN, GRANTED, "planning.talk_moved")


@dataclass(frozen=True, slots=True)
class Standing:
    """What the reader has, and what is asked of them at this moment."""

    held: Collection[int] = ()  # slots of theirs
    asked: Collection[int] = ()  # swap requests that are for them alone, and open
    groups: Collection[int] = ()  # that invite them

    def still_holds(self, kind: str, details: Mapping[str, Any]) -> bool:
        """Whether an event of that kind, told to the reader, is true still."""
        if kind in _ABOUT_MY_SLOT:
            return details.get("slot") in self.held
        if kind == OFFERED:  # of their own slot: a swap that was offered for them, by itself
            return details.get("swap") in self.asked or details.get("slot") in self.held
        return kind != INVITED or details.get("group") in self.groups


def standing_of(
    access: Access, events: Sequence[Event], slots: Mapping[int, Sequence[SlotSummary]]
) -> Standing:
    """How the reader stands to what ``events`` tell them; two queries at most.

    ``slots`` are those of the course, by agenda item.
    """
    mine = [event for event in events if event.recipient_id is not None]
    swaps = [event.details.get("swap", 0) for event in mine if event.kind == OFFERED]
    is_invited = any(event.kind == INVITED for event in mine)
    invitations = GroupInvitation.objects.filter(
        group__course=access.course, user=access.user
    ).values_list("group", flat=True)
    return Standing(
        held={one.slot_id for found in slots.values() for one in found if one.is_mine},
        asked=waiting_for(access, swaps) if swaps else (),
        groups=set(invitations) if is_invited else (),
    )
