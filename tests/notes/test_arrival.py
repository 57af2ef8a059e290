"""What counts for a deadline is when the request came in, not when the database had time."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from readings.accounts.models import User
from readings.notes.models import Note
from readings.notes.policy import Policy, days_late
from readings.schedule.models import Reading
from tests.notes.addresses import submit

pytestmark = pytest.mark.django_db

DUE = dt.datetime(2025, 9, 17, 12, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("after_due", "late"),
    [
        (dt.timedelta(seconds=-1), 0),
        (dt.timedelta(minutes=1), 0),  # the grace covers the queue before the application
        (dt.timedelta(minutes=1, seconds=1), 1),
    ],
)
def test_a_note_has_the_time_at_which_its_request_came_in(
    after_due: dt.timedelta,
    late: int,
    bobs: Client,
    bob: User,
    reading: Reading,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The clock of everything behind the entrance is years later.
    monkeypatch.setattr("readings.core.arrival.now", lambda: DUE + after_due)

    assert submit(bobs, reading, "In time.").status_code == 302

    note = Note.objects.get(author=bob)
    assert note.submitted_at == DUE + after_due
    assert days_late(Policy(), DUE, note.submitted_at) == late
