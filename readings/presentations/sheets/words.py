"""Sentences that the services of sheets and slots have in common, and their events."""

from __future__ import annotations

from readings.accounts.models import User
from readings.core.counting import count_of
from readings.courses.models import Audience, Course
from readings.courses.services import record_event
from readings.presentations import queries
from readings.presentations.models import SignUp, Slot

HAS_WORK = (
    "Slides, feedback or marks hang on it. It stays; let its sign-up close if nobody else is to"
    " take it."
)


def taken_words(number: int) -> str:
    """``1 seat is taken``, ``2 seats are taken``."""
    return f"{count_of(number, 'seat')} {'is' if number == 1 else 'are'} taken"


def record(
    course: Course,
    actor: User,
    what: str,
    summary: str,
    details: dict[str, object],
    audience: Audience = Audience.MEMBERS,
) -> None:
    """Write down what happened to sheets and slots."""
    record_event(
        course=course,
        actor=actor,
        kind=f"presentations.{what}",
        summary=summary[:300],
        details=details,
        audience=audience,
    )


def record_taken_off(slot: Slot, sign_ups: list[SignUp], actor: User) -> None:
    """Write down that these lose their seats with the slot."""
    for sign_up in sign_ups:
        record(
            slot.course,
            actor,
            "taken_off",
            f"{queries.presenter_name(sign_up)} was taken off {queries.describe(slot)}",
            {
                "slot": slot.pk,
                "sheet": slot.sheet_id,
                "user": sign_up.user_id,
                "group": sign_up.group_id,
            },
        )
