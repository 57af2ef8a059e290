"""Saving drafts and submitting notes."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from readings.accounts.models import User
from readings.notes.models import Note, NoteState, Revision
from readings.notes.services import (
    DraftConflict,
    EmptyNote,
    NoteTooLong,
    save_draft,
    submit_note,
)
from readings.schedule.models import Reading
from tests import factories

pytestmark = pytest.mark.django_db

T0 = dt.datetime(2025, 9, 17, 12, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def test_the_first_draft_makes_the_note(reading: Reading, bob: User) -> None:
    note = save_draft(reading=reading, author=bob, answers={"text": "One"}, based_on=0, at=T0)

    stored = Note.objects.get()
    assert (stored.draft["text"], stored.draft_number, stored.draft_saved_at) == ("One", 1, T0)
    assert (stored.state, stored.body, note.draft_number) == (NoteState.DRAFT, "", 1)


def test_each_draft_is_based_on_the_one_before(reading: Reading, bob: User) -> None:
    number = 0
    for text in ("O", "On", "One"):
        note = save_draft(
            reading=reading, author=bob, answers={"text": text}, based_on=number, at=T0
        )
        number = note.draft_number

    assert (Note.objects.get().draft["text"], number) == ("One", 3)


def test_a_draft_based_on_an_older_one_is_refused_and_both_are_kept(
    reading: Reading, bob: User
) -> None:
    save_draft(reading=reading, author=bob, answers={"text": "One"}, based_on=0, at=T0)
    save_draft(reading=reading, author=bob, answers={"text": "From the laptop"}, based_on=1, at=T0)

    with pytest.raises(DraftConflict) as refusal:
        save_draft(
            reading=reading, author=bob, answers={"text": "From the phone"}, based_on=1, at=T0
        )

    assert (refusal.value.note.draft["text"], refusal.value.note.draft_number) == (
        "From the laptop",
        2,
    )
    assert Note.objects.get().draft["text"] == "From the laptop"


def test_a_new_editor_does_not_overwrite_a_draft_it_never_saw(reading: Reading, bob: User) -> None:
    save_draft(reading=reading, author=bob, answers={"text": "One"}, based_on=0, at=T0)

    with pytest.raises(DraftConflict):
        save_draft(reading=reading, author=bob, answers={"text": "Another"}, based_on=0, at=T0)


def test_sending_again_what_arrived_the_first_time_is_no_conflict(
    reading: Reading, bob: User
) -> None:
    save_draft(reading=reading, author=bob, answers={"text": "One"}, based_on=0, at=T0)

    note = save_draft(
        reading=reading, author=bob, answers={"text": "One"}, based_on=0, at=T0 + MINUTE
    )

    assert (note.draft_number, note.draft_saved_at) == (1, T0)


def test_line_ends_and_nul_characters_are_put_right(reading: Reading, bob: User) -> None:
    note = save_draft(
        reading=reading, author=bob, answers={"text": "a\r\nb\rc\x00d"}, based_on=0, at=T0
    )

    assert note.draft["text"] == "a\nb\ncd"


def test_a_text_over_the_limit_is_refused_and_nothing_is_saved(reading: Reading, bob: User) -> None:
    save_draft(reading=reading, author=bob, answers={"text": "x" * 100_000}, based_on=0, at=T0)

    with pytest.raises(NoteTooLong, match="100,001 characters and a note may have 100,000"):
        save_draft(reading=reading, author=bob, answers={"text": "x" * 100_001}, based_on=1, at=T0)
    with pytest.raises(NoteTooLong):
        submit_note(reading=reading, author=bob, answers={"text": "x" * 100_001}, based_on=1, at=T0)

    note = Note.objects.get()
    assert (len(note.draft["text"]), note.is_submitted) == (100_000, False)


def test_submitting_shows_the_text_and_keeps_it_as_a_revision(reading: Reading, bob: User) -> None:
    submit_note(
        reading=reading, author=bob, answers={"text": "A *note* on $x^2$"}, based_on=0, at=T0
    )

    note = Note.objects.get()
    assert (note.state, note.submitted_at, note.edited_at) == (NoteState.SUBMITTED, T0, None)
    assert note.body == note.draft["text"] == "A *note* on $x^2$"
    assert "<em>note</em>" in note.body_html
    assert "<msup>" in note.body_html
    revision = Revision.objects.get()
    assert (revision.number, revision.body, revision.created_at) == (1, note.body, T0)


@pytest.mark.parametrize("text", ["", " \n\t ", "\x00"])
def test_an_empty_note_is_not_submitted(reading: Reading, bob: User, text: str) -> None:
    with pytest.raises(EmptyNote):
        submit_note(reading=reading, author=bob, answers={"text": text}, based_on=0, at=T0)

    assert not Note.objects.exists()


def test_editing_after_submitting_keeps_every_revision_and_the_first_time(
    reading: Reading, bob: User
) -> None:
    submit_note(reading=reading, author=bob, answers={"text": "One"}, based_on=0, at=T0)
    submit_note(reading=reading, author=bob, answers={"text": "Two"}, based_on=1, at=T0 + MINUTE)

    note = Note.objects.get()
    assert (note.body, note.submitted_at, note.edited_at) == ("Two", T0, T0 + MINUTE)
    assert list(note.revisions.values_list("number", "body")) == [(2, "Two"), (1, "One")]


def test_a_draft_after_submitting_is_not_shown_to_others(reading: Reading, bob: User) -> None:
    submit_note(reading=reading, author=bob, answers={"text": "One"}, based_on=0, at=T0)
    save_draft(reading=reading, author=bob, answers={"text": "Two?"}, based_on=1, at=T0)

    note = Note.objects.get()
    assert (note.body, note.body_html, note.draft["text"]) == ("One", "<p>One</p>", "Two?")
    assert note.revisions.count() == 1


def test_submitting_twice_is_one_submission(reading: Reading, bob: User) -> None:
    submit_note(reading=reading, author=bob, answers={"text": "One"}, based_on=0, at=T0)
    submit_note(reading=reading, author=bob, answers={"text": "One"}, based_on=0, at=T0 + MINUTE)

    note = Note.objects.get()
    assert (note.submitted_at, note.edited_at, note.revisions.count()) == (T0, None, 1)


def test_submitting_over_a_newer_draft_is_refused_and_changes_nothing(
    reading: Reading, bob: User
) -> None:
    save_draft(reading=reading, author=bob, answers={"text": "One"}, based_on=0, at=T0)
    save_draft(reading=reading, author=bob, answers={"text": "Newer"}, based_on=1, at=T0)

    with pytest.raises(DraftConflict):
        submit_note(reading=reading, author=bob, answers={"text": "Older"}, based_on=1, at=T0)

    note = Note.objects.get()
    assert (note.draft["text"], note.is_submitted, note.revisions.count()) == ("Newer", False, 0)


@pytest.mark.django_db(transaction=True)
def test_of_two_tabs_saving_at_once_one_wins_and_the_other_is_told(
    reading: Reading, bob: User
) -> None:
    save_draft(reading=reading, author=bob, answers={"text": "Begin"}, based_on=0, at=T0)

    def save(tab: int) -> str:
        try:
            save_draft(
                reading=reading, author=bob, answers={"text": f"Tab {tab}"}, based_on=1, at=T0
            )
        except DraftConflict as refusal:
            return f"told of {refusal.note.draft['text']}"
        else:
            return f"saved Tab {tab}"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(save, range(6)))

    stored = Note.objects.get()
    assert stored.draft_number == 2
    assert sorted(outcomes) == sorted(
        [f"saved {stored.draft['text']}", *[f"told of {stored.draft['text']}"] * 5]
    )


@pytest.mark.django_db(transaction=True)
def test_a_class_submits_at_once_and_nothing_is_lost(reading: Reading) -> None:
    people = [factories.make_user() for _ in range(40)]

    def submit(author: User) -> None:
        try:
            submit_note(
                reading=reading, author=author, answers={"text": "My note"}, based_on=0, at=T0
            )
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(submit, people))

    assert Note.objects.filter(state=NoteState.SUBMITTED, submitted_at=T0).count() == 40
    assert Revision.objects.count() == 40
