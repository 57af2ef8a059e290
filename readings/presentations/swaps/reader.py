"""Who reads about swaps, and what is theirs to see and to do."""

from __future__ import annotations

from readings.courses.access import Access
from readings.courses.models import Group
from readings.presentations.models import Slot
from readings.presentations.presenters import Presenter, key_of
from readings.presentations.swaps.machine import Part
from readings.presentations.swaps.models import SwapRequest, SwapState
from readings.presentations.swaps.words import asked_of, giver_of, is_to_all, taker_of


class Reader:
    """Whose seats are whose, for one reader."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self.user = access.member
        self.group: Group | None = Group.objects.filter(
            course=access.course, members__user=self.user
        ).first()
        self._keys = {key_of(self.user)} | ({key_of(self.group)} if self.group else set())

    def is_me(self, presenter: Presenter | None) -> bool:
        """Whether it is the reader, or their group."""
        return presenter is not None and key_of(presenter) in self._keys

    def presenter(self, slot: Slot) -> Presenter | None:
        """As whom the reader would take a seat of the slot."""
        return self.group if slot.sheet.is_for_groups else self.user

    def sees(self, request: SwapRequest) -> bool:
        """What is between others is theirs and staff's; what is offered to all is for students."""
        if self._access.is_staff or any(
            self.is_me(one) for one in (giver_of(request), asked_of(request), taker_of(request))
        ):
            return True
        if not is_to_all(request) or request.state != SwapState.OFFERED:
            return False
        return self._access.owes_notes or request.slot.sheet.auditors_too

    def parts(self, request: SwapRequest) -> list[Part]:
        """As what the reader may act on the request."""
        found = []
        if self.is_me(giver_of(request)):
            found.append(Part.GIVER)
        elif is_to_all(request) or self.is_me(asked_of(request)):
            found.append(Part.ASKED)
        if self.is_me(taker_of(request)):
            found.append(Part.TAKER)
        if self._access.is_staff:
            found.append(Part.STAFF)
        return found
