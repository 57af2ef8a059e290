"""Files attached to a note: what is taken, how it is kept, who may have it."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from readings.accounts.models import User
from readings.core.stored_files import path_of
from readings.courses.models import Course
from readings.notes.attaching import NotAttached, attach_file, remove_file
from readings.notes.models import Attachment, Note, NotePolicy
from readings.notes.policy import Readers
from readings.notes.prompts import Prompt, PromptKind
from readings.schedule.models import Reading
from tests import factories
from tests.at_once import at_once
from tests.conftest import SignIn
from tests.notes.addresses import note, paper
from tests.notes.asking_for import ask

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\nwords"
TEXT = Prompt("text", PromptKind.LONG, "Your text")
COPY = Prompt("copy", PromptKind.FILE, "Your annotated copy")


def zipped(*members: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for member in members:
            archive.writestr(member, "words")
    return file.getvalue()


def upload(name: str = "copy.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.fixture
def with_file(reading: Reading) -> Reading:
    """A reading that asks for a text and a file."""
    ask(reading, TEXT, COPY)
    return reading


def attach(reading: Reading, author: User, file: SimpleUploadedFile) -> Attachment:
    return attach_file(reading=reading, author=author, prompt="copy", file=file, at=factories.NOON)


def send(client: Client, reading: Reading, act: str, *files: Any, **fields: Any) -> Any:
    form = {"answer-text": "Typed", "based_on": 0} | fields
    return client.post(note(reading, act), form | {"answer-copy-file": list(files)})


GOOD = [
    ("a.pdf", PDF),
    ("a.PDF", PDF),
    ("a.png", b"\x89PNG\r\n\x1a\nrest"),
    ("a.jpg", b"\xff\xd8\xff\xe0rest"),
    ("a.gif", b"GIF89arest"),
    ("a.webp", b"RIFF\x00\x00\x00\x00WEBPrest"),
    ("a.txt", "Grüße\n".encode()),
    ("a.md", b"# Words"),
    ("a.csv", b"a,b\n1,2"),
    ("a.json", b'{"a": 1}'),
    ("a.ipynb", b'\n{"cells": []}'),
    ("a.docx", zipped("[Content_Types].xml", "word/document.xml")),
    ("a.pptx", zipped("[Content_Types].xml", "ppt/presentation.xml")),
    ("a.odt", zipped("mimetype", "content.xml")),
]
BAD = [
    ("all.zip", zipped("a.txt"), "You can attach PDF"),
    ("page.html", b"<script>alert(1)</script>", "You can attach PDF"),
    ("setup.exe", b"MZ\x90\x00", "You can attach PDF"),
    ("noending", b"words", "You can attach PDF"),
    ("a.pdf", zipped("a.txt"), "there is no PDF in it"),
    ("a.docx", zipped("a.txt"), "there is no DOCX in it"),
    ("a.docx", b"PK\x03\x04 broken", "there is no DOCX in it"),
    ("a.txt", b"MZ\x90\x00\x03", "there is no TXT in it"),
    ("a.json", b"words", "there is no JSON in it"),
    ("a.png", b"<svg/>", "there is no PNG in it"),
    ("a.pdf", b"", "is empty"),
    ("a.pdf", PDF + b"\x00" * (20 * 1024 * 1024), "larger than 20 MB"),
]


@pytest.mark.parametrize(("name", "content"), GOOD, ids=[name for name, _content in GOOD])
def test_what_can_be_attached_is(name: str, content: bytes, with_file: Reading, bob: User) -> None:
    stored = attach(with_file, bob, upload(name, content))

    assert (stored.name, stored.size) == (name, len(content))
    assert default_storage.open(path_of(stored.sha256)).read() == content


@pytest.mark.parametrize(
    ("name", "content", "words"), BAD, ids=[f"{name}: {words}" for name, _content, words in BAD]
)
def test_another_file_gets_a_sentence_and_the_text_is_saved(
    name: str, content: bytes, words: str, bobs: Client, with_file: Reading
) -> None:
    response = send(bobs, with_file, "files/", upload(name, content))

    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert 'href="#answer-copy-file"' in page
    assert "Typed</textarea>" in page
    assert Note.objects.get().draft == {"text": "Typed"}
    assert not Attachment.objects.exists()


def test_a_file_too_large_does_not_take_the_others_with_it(
    bobs: Client, with_file: Reading
) -> None:
    large = upload("large.pdf", PDF + b"\x00" * (20 * 1024 * 1024))
    response = send(bobs, with_file, "submit/", large, upload("small.pdf"))

    assert response.status_code == 422
    assert "“large.pdf” is larger than 20 MB" in response.content.decode()
    assert Attachment.objects.get().name == "small.pdf"
    assert not Note.objects.get().is_submitted


def test_a_request_over_all_limits_is_refused_unread(bobs: Client, with_file: Reading) -> None:
    response = bobs.post(note(with_file, "files/"), CONTENT_LENGTH=str(200 * 1024 * 1024))

    assert response.status_code == 413
    assert not Note.objects.exists()


def test_the_token_is_asked_for_all_the_same(with_file: Reading, bob: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(bob)
    for act in ("draft/", "submit/", "preview/", "passages/", "files/", "files/1/remove/"):
        assert send(client, with_file, act, upload()).status_code == 403
    assert not Note.objects.exists()


def test_without_scripts_a_file_comes_with_the_note(bobs: Client, with_file: Reading) -> None:
    assert 'enctype="multipart/form-data"' in bobs.get(note(with_file)).content.decode()

    response = send(bobs, with_file, "submit/", upload())

    assert response["Location"] == paper(with_file)
    written = Note.objects.get()
    attachment = Attachment.objects.get()
    assert (attachment.is_submitted, written.has_draft) == (True, False)
    assert f"[copy.pdf]({note(with_file, f'files/{attachment.pk}/')})" in written.body


def test_in_place_only_the_files_of_the_prompt_come_back(bobs: Client, with_file: Reading) -> None:
    sent = {"prompt": "copy", "answer-copy-file": [upload(), upload("b.txt", b"b")]}
    response = bobs.post(note(with_file, "files/"), sent, HTTP_HX_REQUEST="true")

    html = response.content.decode()
    assert (response.status_code, "copy.pdf" in html, "b.txt" in html) == (200, True, True)
    assert "<form" not in html
    sent = {"prompt": "copy", "answer-copy-file": [upload("all.zip")]}
    response = bobs.post(note(with_file, "files/"), sent, HTTP_HX_REQUEST="true")
    assert response.status_code == 422
    assert "“all.zip” cannot be attached" in response.content.decode()
    sent = {"prompt": "text", "answer-text-file": [upload()]}
    assert bobs.post(note(with_file, "files/"), sent, HTTP_HX_REQUEST="true").status_code == 404


def test_attaching_the_same_twice_is_once_and_five_are_enough(
    with_file: Reading, bob: User
) -> None:
    for number in (1, 1, 2, 3, 4, 5):
        attach(with_file, bob, upload(f"{number}.pdf", PDF + bytes([number])))
    with pytest.raises(NotAttached, match="5 files may be here"):
        attach(with_file, bob, upload("6.pdf"))
    assert Attachment.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_five_are_kept(with_file: Reading, bob: User) -> None:
    attach(with_file, bob, upload("0.pdf"))
    outcomes = at_once(
        [
            lambda number=number: attach(  # type: ignore[misc]
                with_file, bob, upload(f"{number}.pdf", PDF + bytes([number]))
            )
            for number in range(1, 8)
        ]
    )
    assert Attachment.objects.count() == 5
    assert sum(isinstance(one, NotAttached) for one in outcomes) == 3


def test_a_name_is_made_harmless(with_file: Reading, bob: User) -> None:
    stored = attach(with_file, bob, upload("‮fdp.​[x](y)\x00" + "n" * 300 + ".pdf"))

    assert len(stored.name) == 200
    assert stored.name.endswith("n.pdf")
    assert "\u202e" not in stored.name


def test_attaching_and_removing_after_submitting_are_changes_to_submit(
    bobs: Client, with_file: Reading, bob: User
) -> None:
    send(bobs, with_file, "submit/", upload("first.pdf"))
    first = Attachment.objects.get()
    second = attach(with_file, bob, upload("second.pdf", PDF + b"2"))
    assert Note.objects.get().has_draft

    remove_file(reading=with_file, author=bob, attachment_id=second.pk, at=factories.NOON)
    assert not Note.objects.get().has_draft
    bobs.post(note(with_file, f"files/{first.pk}/remove/"), HTTP_HX_REQUEST="true")
    written = Note.objects.get()
    assert written.has_draft
    # Saving the same text does not forget that the files are others.
    send(bobs, with_file, "draft/", **{"answer-text": "Other", "based_on": 1})
    send(bobs, with_file, "draft/", **{"answer-text": "Typed", "based_on": 2})
    assert Note.objects.get().has_draft

    send(bobs, with_file, "submit/", based_on=3)
    written = Note.objects.get()
    assert (written.has_draft, written.revisions.count()) == (False, 2)
    assert "first.pdf" not in written.body
    assert list(Attachment.objects.values_list("is_submitted", flat=True)) == [False, False]


def test_without_scripts_removing_saves_what_was_typed(bobs: Client, with_file: Reading) -> None:
    send(bobs, with_file, "files/", upload())
    attachment = Attachment.objects.get()

    response = send(
        bobs, with_file, f"files/{attachment.pk}/remove/", based_on=1, **{"answer-text": "More"}
    )

    assert response["Location"] == f"{note(with_file)}#answer-copy-label"
    assert Note.objects.get().draft == {"text": "More"}
    attachment.refresh_from_db()
    assert attachment.removed_at is not None


def test_withdrawing_keeps_text_and_files_for_their_author_alone(
    bobs: Client, with_file: Reading, sign_in: SignIn, alice: User
) -> None:
    NotePolicy.objects.create(course=with_file.course, minutes_before=0)
    with_file.agenda_items.update(meeting=None)
    send(bobs, with_file, "submit/", upload())
    address = note(with_file, f"files/{Attachment.objects.get().pk}/")
    assert "Withdraw it" in bobs.get(note(with_file)).content.decode()

    bobs.post(note(with_file, "withdraw/"))

    written = Note.objects.get()
    assert (written.is_submitted, written.draft, written.has_draft) == (
        False, {"text": "Typed"}, True,
    )  # fmt: skip
    assert bobs.get(address).status_code == 200
    assert sign_in(alice).get(address).status_code == 404
    assert "Withdraw it" not in bobs.get(note(with_file)).content.decode()


# --- who may have it --------------------------------------------------------------------------


@pytest.fixture
def frank(course: Course) -> User:
    """Another student."""
    frank = factories.make_user("Frank Fox")
    factories.enrol(course, frank)
    return frank


def test_a_download_is_a_download(bobs: Client, with_file: Reading) -> None:
    send(bobs, with_file, "submit/", upload())
    response: Any = bobs.get(note(with_file, f"files/{Attachment.objects.get().pk}/"))

    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"] == 'attachment; filename="copy.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "application/pdf"


@pytest.mark.parametrize(
    ("state", "readers", "allowed"),
    [
        ("draft", Readers.OPEN, {"bob"}),
        ("submitted", Readers.OPEN, {"bob", "alice", "carol", "erin", "frank"}),
        ("submitted", Readers.AFTER_OWN, {"bob", "alice", "carol", "erin"}),
        ("submitted", Readers.STAFF, {"bob", "alice", "carol"}),
        ("removed", Readers.OPEN, {"bob", "alice", "carol", "erin", "frank"}),  # until submitted
        ("replaced", Readers.OPEN, {"bob", "alice", "carol"}),  # in the history
        ("withdrawn", Readers.OPEN, {"bob"}),
    ],
)  # fmt: skip
def test_who_may_read_the_note_may_have_its_files(
    state: str, readers: Readers, allowed: set[str], bobs: Client, with_file: Reading,
    sign_in: SignIn, request: pytest.FixtureRequest, frank: User, course: Course,
) -> None:  # fmt: skip
    course.visibility = "public"
    course.save()
    NotePolicy.objects.create(course=course, readers=readers)
    send(bobs, with_file, "files/", upload())
    address = note(with_file, f"files/{Attachment.objects.get().pk}/")
    if state != "draft":
        send(bobs, with_file, "submit/", based_on=1)
    if state in ("removed", "replaced"):
        bobs.post(f"{address}remove/", HTTP_HX_REQUEST="true")
    if state == "replaced":
        send(bobs, with_file, "submit/", based_on=1)
    if state == "withdrawn":
        # By hand: after the deadline, nobody can.
        Note.objects.update(state="draft", submitted_at=None)
        Attachment.objects.update(is_submitted=False)

    people = ["bob", "alice", "carol", "erin", "frank", "dave"]
    found = {
        name
        for name in people
        if sign_in(request.getfixturevalue(name)).get(address).status_code == 200
    }
    assert found == allowed
    assert Client().get(address).status_code == 404
    for name in people[1:]:
        client = sign_in(request.getfixturevalue(name))
        assert client.post(f"{address}remove/", HTTP_HX_REQUEST="true").status_code == 404


def test_a_revision_names_the_files_it_was_submitted_with(
    bobs: Client, with_file: Reading, sign_in: SignIn, alice: User
) -> None:
    send(bobs, with_file, "submit/", upload("first.pdf"))
    first = Attachment.objects.get()
    bobs.post(note(with_file, f"files/{first.pk}/remove/"), HTTP_HX_REQUEST="true")
    send(bobs, with_file, "submit/", upload("second.pdf", PDF + b"2"), based_on=1)
    address = note(with_file, f"{Note.objects.get().pk}/revisions/")

    for client in (bobs, sign_in(alice)):
        older = client.get(f"{address}1/").content.decode()
        assert f'<a href="{note(with_file, f"files/{first.pk}/")}"' in older
        newer = client.get(address).content.decode()
        assert "Your annotated copy</h3>" in newer
        assert "<mark>" in newer
        assert "Your text</h3>\n            <div" not in newer  # which is the same
