"""What is not brought into a course, however it was read."""

from __future__ import annotations

from collections.abc import Sequence

from readings.core.refusals import Refusal
from readings.imports.understood import Problem, Understood
from readings.reading_lists.services import MAX_ENTRIES
from readings.schedule.plan import MAX_MEETINGS


class NotForACourse(Refusal):
    """The document is neither a schedule nor a reading list; ``problems`` are its own."""

    def __init__(self, message: str, problems: Sequence[Problem]) -> None:
        super().__init__(message)
        self.problems = problems


class NothingUnderstood(NotForACourse):
    """There is neither a meeting nor an entry in the document."""


class TooManyMeetings(NotForACourse):
    """The document has more meetings than a course."""


class TooManyEntries(NotForACourse):
    """The document has more entries than a reading list."""


class YearUnknown(Refusal):
    """The dates of the document have no year, and nobody has said which."""


def check_understood(understood: Understood) -> None:
    """Raise a ``NotForACourse`` for what is no course's document."""
    problems = understood.problems
    if not (understood.meetings or understood.entries or understood.offered):
        errors = [problem.message for problem in problems if problem.severity == "error"]
        raise NothingUnderstood(" ".join(errors) or "Nothing was understood.", problems)
    if len(understood.meetings) > MAX_MEETINGS:
        raise TooManyMeetings(
            f"This document has {len(understood.meetings)} classes;"
            f" a course has at most {MAX_MEETINGS}. Is it one schedule?",
            problems,
        )
    if len(understood.entries) > MAX_ENTRIES:
        raise TooManyEntries(
            f"This document has {len(understood.entries)} entries;"
            f" a reading list has at most {MAX_ENTRIES}. Import it in parts.",
            problems,
        )


def check_applicable(understood: Understood) -> None:
    """Raise ``YearUnknown`` as well, for a schedule whose dates have no year yet."""
    check_understood(understood)
    if understood.year is None and understood.year_reason:
        raise YearUnknown(understood.year_reason)
