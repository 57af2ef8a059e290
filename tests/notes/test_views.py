"""Writing a note: plain pages, and what the editor in the browser asks."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from readings.accounts.models import User
from readings.notes.models import Note, Revision
from readings.schedule.models import Reading
from tests.conftest import SignIn
from tests.notes.addresses import JSON, autosave, note, paper, submit

pytestmark = pytest.mark.django_db


# --- without JavaScript -----------------------------------------------------------------------


def test_a_draft_is_saved_and_stands_in_the_form_again(bobs: Client, reading: Reading) -> None:
    response = bobs.post(
        note(reading, "draft/"), {"answer-text": "Half a <thought>", "based_on": 0}
    )

    assert response["Location"] == note(reading)
    page = bobs.get(note(reading)).content.decode()
    assert "Half a &lt;thought&gt;</textarea>" in page
    assert 'name="based_on" value="1"' in page
    assert re.search(r"Saved \d\d:\d\d:\d\d", page)
    assert "Half a &lt;thought&gt;</textarea>" in bobs.get(paper(reading)).content.decode()


def test_a_page_that_never_saved_does_not_say_saved(bobs: Client, reading: Reading) -> None:
    assert "Saved" not in bobs.get(note(reading)).content.decode()


def test_submitting_leads_to_the_note_on_the_papers_page(
    bobs: Client, reading: Reading, sign_in: SignIn, carol: User
) -> None:
    response = submit(bobs, reading, "It is **clear**.")

    assert response["Location"] == paper(reading)
    assert "It is <strong>clear</strong>." in sign_in(carol).get(paper(reading)).content.decode()


def test_an_empty_note_is_not_submitted(bobs: Client, reading: Reading) -> None:
    response = submit(bobs, reading, "  \r\n ")

    assert response.status_code == 422
    assert "write something before submitting" in response.content.decode()
    assert not Note.objects.exists()


@pytest.mark.parametrize("act", ["draft/", "submit/", "preview/"])
def test_too_long_a_text_is_kept_in_the_form(bobs: Client, reading: Reading, act: str) -> None:
    text = "é" * 100_001

    response = bobs.post(note(reading, act), {"answer-text": text, "based_on": 0})

    page = response.content.decode()
    assert "100,001 characters and a note may have 100,000" in page
    assert f"{text}</textarea>" in page
    assert not Note.objects.exists()


def test_a_preview_shows_the_text_and_saves_nothing(bobs: Client, reading: Reading) -> None:
    response = bobs.post(
        note(reading, "preview/"), {"answer-text": "$x^2$ and *so on*", "based_on": 0}
    )

    page = response.content.decode()
    assert "<msup>" in page
    assert "<em>so on</em>" in page
    assert "$x^2$ and *so on*</textarea>" in page
    assert "Saved" not in page
    assert not Note.objects.exists()


def test_a_preview_in_place_is_the_rendered_text_only(bobs: Client, reading: Reading) -> None:
    response = bobs.post(
        note(reading, "preview/"), {"answer-text": "*so on*"}, HTTP_HX_REQUEST="true"
    )

    assert "<em>so on</em>" in response.content.decode()
    assert "<form" not in response.content.decode()


def test_saving_over_a_newer_text_offers_both(bobs: Client, reading: Reading) -> None:
    autosave(bobs, reading, "From the laptop", 0)

    response = bobs.post(note(reading, "draft/"), {"answer-text": "From the phone", "based_on": 0})

    page = response.content.decode()
    assert response.status_code == 409
    assert "saved a newer text" in page
    assert "From the phone</textarea>" in page
    assert "From the laptop</pre>" in page
    assert Note.objects.get().draft == {"text": "From the laptop"}

    # Another button settles nothing; having seen both, Bob keeps his.
    assert 'name="based_on" value="0"' in page
    assert submit(bobs, reading, "From the phone").status_code == 409
    assert 'name="replaces" value="1"' in page
    kept = {"answer-text": "From the phone", "based_on": 0, "replaces": 1}
    bobs.post(note(reading, "draft/"), kept)
    assert Note.objects.get().draft == {"text": "From the phone"}


def test_submitting_over_a_newer_text_offers_both(bobs: Client, reading: Reading) -> None:
    autosave(bobs, reading, "From the laptop", 0)

    response = submit(bobs, reading, "From the phone")

    assert response.status_code == 409
    assert "From the laptop</pre>" in response.content.decode()
    assert not Note.objects.get().is_submitted


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 30, "²"])
def test_a_form_without_a_number_overwrites_nothing(
    bobs: Client, reading: Reading, number: str
) -> None:
    autosave(bobs, reading, "From the laptop", 0)

    response = bobs.post(
        note(reading, "draft/"), {"answer-text": "From nowhere", "based_on": number}
    )

    assert response.status_code == 409
    assert Note.objects.get().draft == {"text": "From the laptop"}


def test_changes_after_submitting_are_said_to_be_unsubmitted(
    bobs: Client, reading: Reading
) -> None:
    submit(bobs, reading, "One")
    assert "Draft changes not submitted" not in bobs.get(paper(reading)).content.decode()

    autosave(bobs, reading, "Two", 1)

    for address in (paper(reading), note(reading)):
        assert "Draft changes not submitted" in bobs.get(address).content.decode()
    assert Note.objects.get().body == "One"


def test_due_time_is_shown_in_the_courses_zone(bobs: Client, reading: Reading) -> None:
    page = bobs.get(note(reading)).content.decode()

    assert "Wed Sep 17, 8:30" in page
    assert "Detroit time" in page
    assert 'datetime="2025-09-17T08:30:00-04:00"' in page


def test_who_owes_nothing_is_told_so(sign_in: SignIn, reading: Reading, erin: User) -> None:
    page = sign_in(erin).get(note(reading)).content.decode()

    assert "You owe no note here" in page
    assert "Overdue" not in page


# --- the editor in the browser ----------------------------------------------------------------


def test_an_autosave_is_answered_with_what_was_saved(bobs: Client, reading: Reading) -> None:
    answer = autosave(bobs, reading, "One", 0).json()

    assert (answer["fields"]["answer-text"], answer["draft_number"]) == ("One", 1)
    assert re.fullmatch(r"\d\d:\d\d:\d\d", answer["saved"])
    assert Note.objects.get().draft == {"text": "One"}


def test_an_autosave_over_a_newer_text_gets_409_and_that_text(
    bobs: Client, reading: Reading
) -> None:
    autosave(bobs, reading, "From the laptop", 0)

    response = autosave(bobs, reading, "From the phone", 0)

    assert response.status_code == 409
    answer = response.json()
    assert (answer["fields"]["answer-text"], answer["draft_number"]) == ("From the laptop", 1)


def test_an_autosave_over_the_limit_is_told_why(bobs: Client, reading: Reading) -> None:
    response = autosave(bobs, reading, "x" * 1_000_000, 0)

    assert response.status_code == 422
    assert "1,000,000 characters" in response.json()["error"]


def test_an_editor_in_a_new_session_gets_a_token_that_works(reading: Reading, bob: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(bob)
    refused = autosave(client, reading, "One", 0)

    state = client.get(note(reading, "draft/"), **JSON).json()
    sent = {"answer-text": "One", "based_on": 0, "csrfmiddlewaretoken": state["csrf_token"]}
    accepted = client.post(note(reading, "draft/"), sent, **JSON)

    assert (refused.status_code, accepted.status_code) == (403, 200)
    assert (state["fields"]["answer-text"], state["draft_number"], state["saved"]) == ("", 0, "")


def test_the_address_of_a_draft_opened_by_a_person_is_the_notes_page(
    bobs: Client, reading: Reading
) -> None:
    assert bobs.get(note(reading, "draft/"))["Location"] == note(reading)


# --- history ----------------------------------------------------------------------------------


def test_every_submission_can_be_read_again_and_compared(bobs: Client, reading: Reading) -> None:
    submit(bobs, reading, "Same.\nThe cat sat.")
    submit(bobs, reading, "Same.\nThe dog sat.", 1)
    written = Note.objects.get()

    newest = bobs.get(note(reading, f"{written.pk}/revisions/")).content.decode()
    oldest = bobs.get(note(reading, f"{written.pk}/revisions/1/")).content.decode()

    assert "<mark>cat </mark>" in newest
    assert "<mark>dog </mark>" in newest
    assert "The dog sat.</p>" in newest
    assert "The cat sat.</p>" in oldest
    assert "<mark>" not in oldest
    for page in (newest, oldest):
        assert page.count(">Revision 1</a>") == page.count(">Revision 2</a>") == 1
    assert bobs.get(note(reading, f"{written.pk}/revisions/3/")).status_code == 404
    assert bobs.get(note(reading, f"{written.pk}/revisions/0/")).status_code == 404


def test_an_earlier_text_can_be_put_back_into_the_editor(bobs: Client, reading: Reading) -> None:
    submit(bobs, reading, "One")
    submit(bobs, reading, "Two", 1)

    response = bobs.post(note(reading, "restore/1/"), {"based_on": 2})

    assert response["Location"] == note(reading)
    written = Note.objects.get()
    assert (written.draft["text"], written.body, Revision.objects.count()) == ("One", "Two", 2)


def test_putting_an_earlier_text_back_does_not_overwrite_a_newer_draft(
    bobs: Client, reading: Reading
) -> None:
    submit(bobs, reading, "One")
    autosave(bobs, reading, "Two, from the phone", 1)

    response = bobs.post(note(reading, "restore/1/"), {"based_on": 1})

    assert response.status_code == 409
    page = response.content.decode()
    assert "One</textarea>" in page
    assert "Two, from the phone</pre>" in page
    assert Note.objects.get().draft == {"text": "Two, from the phone"}
