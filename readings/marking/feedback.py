"""What a student sees of what the staff thinks of their note: nothing before it is returned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from readings.courses.access import Access
from readings.marking.marks import mark_words
from readings.marking.queries import ShownRemark, remarks_of, returned_to
from readings.schedule.models import Reading


@dataclass(frozen=True, slots=True)
class ShownFeedback:
    """A mark and what was said about a note, shown to its author."""

    reading: Reading
    mark: str  # in words; empty: there is none
    returned_at: dt.datetime
    remarks: Sequence[ShownRemark]


def feedback_for(access: Access, reading: Reading) -> ShownFeedback | None:
    """What came back to the member of ``access``; None: nothing did.

    One query, two where something is to be shown.
    """
    feedback = returned_to(access, reading)
    if feedback is None or feedback.returned_at is None:
        return None
    return ShownFeedback(
        reading=reading,
        mark=mark_words(feedback.given),
        returned_at=feedback.returned_at,
        remarks=remarks_of(feedback, access.member),
    )
