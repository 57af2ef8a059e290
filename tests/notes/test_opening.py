"""What somebody is told who does not read the others' notes yet."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readings.notes.gating import Reader, opens_to
from readings.notes.opening import closed_words
from readings.notes.policy import Policy, Readers

DETROIT = ZoneInfo("America/Detroit")
DUE = dt.datetime(2025, 9, 17, 12, 30, tzinfo=dt.UTC)  # 8:30 in Detroit
CLASS = DUE + dt.timedelta(hours=2)


def say(
    readers: Readers, *, due: dt.datetime | None = DUE, owes: bool = True, presents: bool = False
) -> str:
    reader = Reader(is_staff=False, has_submitted=False, owes=owes, presents=presents)
    class_at = CLASS if due else None
    return closed_words(Policy(readers=readers), reader, due=due, class_at=class_at, zone=DETROIT)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("The others' notes open when you submit yours.", say(Readers.AFTER_OWN)),
        ("The others' notes open when you submit yours.", say(Readers.AFTER_OWN, due=None)),
        (
            "The others' notes open after the deadline, Wed Sep 17, 8:30, or when you submit one "
            "of your own.",
            say(Readers.AFTER_OWN, owes=False),
        ),
        (
            "The others' notes open after the deadline, Wed Sep 17, 8:30.",
            say(Readers.AFTER_DEADLINE),
        ),
        (
            "The others' notes open after the deadline, once there is one.",
            say(Readers.AFTER_DEADLINE, due=None),
        ),
        ("Only the instructors and assistants read the others' notes.", say(Readers.STAFF)),
        (
            "Only the instructors and assistants read the others' notes; as you present, they open "
            "to you on Tue Sep 16, 22:30 in any case.",
            say(Readers.STAFF, presents=True),
        ),
    ],
)
def test_it_says_why_and_from_when_on(words: str, said: str) -> None:
    assert said == words


@given(
    readers=st.sampled_from([Readers.AFTER_OWN, Readers.AFTER_DEADLINE, Readers.STAFF]),
    owes=st.booleans(),
    presents=st.booleans(),
    minutes=st.integers(-3000, 3000),
)
def test_what_is_promised_is_kept(
    *, readers: Readers, owes: bool, presents: bool, minutes: int
) -> None:
    policy = Policy(readers=readers)
    reader = Reader(is_staff=False, has_submitted=False, owes=owes, presents=presents)
    now = DUE + dt.timedelta(minutes=minutes)
    is_open = opens_to(policy, reader, due=DUE, class_at=CLASS, now=now)
    words = closed_words(policy, reader, due=DUE, class_at=CLASS, zone=DETROIT)
    if not is_open:
        early = CLASS - dt.timedelta(minutes=720)
        assert ("as you present" in words) == presents
        assert not presents or now < early
        assert "after the deadline" not in words or now <= DUE + dt.timedelta(minutes=1)
