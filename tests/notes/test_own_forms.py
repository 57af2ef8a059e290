"""A form of somebody else's, sent when another person is signed in; addresses opened by hand."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from readings.accounts.models import User
from readings.notes.models import Attachment, Note, NoteState
from readings.schedule.models import Reading
from tests.conftest import SignIn
from tests.notes.addresses import JSON, note, submit
from tests.notes.asking_for import EVERY_KIND, ask

pytestmark = pytest.mark.django_db

FORMS = ["draft/", "submit/", "preview/", "passages/", "files/", "withdraw/", "restore/1/"]


@pytest.mark.parametrize("act", FORMS)
def test_another_persons_form_changes_nothing_and_is_given_back(
    sign_in: SignIn, reading: Reading, bob: User, erin: User, act: str
) -> None:
    erins = sign_in(erin)
    submit(erins, reading, "Erin's.")
    sent = {"answer-text": "Bob's <own> words", "based_on": 1, "author": bob.pk}

    response = erins.post(note(reading, act), sent)

    page = response.content.decode()
    assert response.status_code == 403
    assert "You are signed in as Erin" in page
    assert "was written as Bob Baker and was not saved" in page
    assert "Bob&#x27;s &lt;own&gt; words</pre>" in page
    written = Note.objects.get()
    assert (written.author, written.draft, written.state) == (
        erin, {"text": "Erin's."}, NoteState.SUBMITTED,
    )  # fmt: skip


def test_the_token_of_whoever_was_signed_in_before_does_not_swallow_the_text(
    reading: Reading, bob: User, erin: User
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(erin)

    sent = {"answer-text": "Bob's", "author": bob.pk, "csrfmiddlewaretoken": "x" * 64}
    page = client.post(note(reading, "submit/"), sent)
    own = client.post(note(reading, "submit/"), sent | {"author": erin.pk})

    assert (page.status_code, own.status_code) == (403, 403)
    assert "Bob&#x27;s</pre>" in page.content.decode()
    assert "Please send that again" in own.content.decode()


@pytest.mark.parametrize("author", ["x", "", "-1", "9" * 30, "²", "999999"])
def test_a_form_of_nobody_is_somebody_elses(bobs: Client, reading: Reading, author: str) -> None:
    response = bobs.post(note(reading, "draft/"), {"answer-text": "One", "author": author}, **JSON)

    assert (response.status_code, response.json()["code"]) == (403, "another_author")
    assert "somebody else" in response.json()["error"]
    assert not Note.objects.exists()


def test_who_is_outside_is_not_told_whose_form_it_is(
    sign_in: SignIn, reading: Reading, bob: User, dave: User
) -> None:
    sent = {"answer-text": "Bob's", "author": bob.pk}
    assert sign_in(dave).post(note(reading, "draft/"), sent).status_code == 404


def test_another_persons_files_are_neither_attached_nor_removed(
    sign_in: SignIn, reading: Reading, bob: User, erin: User
) -> None:
    version = ask(reading, *EVERY_KIND)
    erins = sign_in(erin)
    htmx: dict[str, Any] = {"HTTP_HX_REQUEST": "true"}

    def attach(author: User) -> int:
        file = SimpleUploadedFile("a.txt", b"words")
        sent = {"author": author.pk, "version": version.pk, "role": "", "prompt": "paper"}
        sent["answer-paper-file"] = file
        return erins.post(note(reading, "files/"), sent, **htmx).status_code

    assert (attach(bob), Attachment.objects.count()) == (403, 0)
    assert attach(erin) == 200
    attached = Attachment.objects.get()
    remove = note(reading, f"files/{attached.pk}/remove/")
    assert erins.post(remove, {"author": bob.pk}, **htmx).status_code == 403
    attached.refresh_from_db()
    assert attached.removed_at is None


def test_the_form_says_whose_it_is(bobs: Client, reading: Reading, bob: User) -> None:
    assert f'name="author" value="{bob.pk}"' in bobs.get(note(reading)).content.decode()
    assert bobs.get(note(reading, "draft/"), **JSON).json()["author"] == str(bob.pk)


@pytest.mark.parametrize("act", [*FORMS, "files/1/remove/"])
def test_an_address_that_takes_forms_leads_to_the_note_when_it_is_opened_by_hand(
    bobs: Client, sign_in: SignIn, reading: Reading, dave: User, act: str
) -> None:
    address = note(reading, act)
    assert bobs.get(address)["Location"] == bobs.head(address)["Location"] == note(reading)
    assert bobs.put(address).status_code in (403, 405)
    assert sign_in(dave).get(address).status_code == 404
