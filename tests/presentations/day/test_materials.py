"""Slides and links: what is taken, in which version, when it is late, and who may have it."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from readings.accounts.models import User
from readings.core.stored_files import path_of
from readings.courses.models import Course, Event, Visibility
from readings.presentations.day.handing import hand_in_file, hand_in_link
from readings.presentations.day.models import Material
from readings.presentations.day.refusals import NotTheirsAnyMore
from readings.presentations.day.talks import Talk
from readings.presentations.models import SignUp, Slot
from readings.presentations.seating import change_presenter
from readings.schedule.models import Status
from tests import factories
from tests.conftest import SignIn
from tests.pages_text import words
from tests.presentations.day.conftest import PDF, give, move_class, talk_on

pytestmark = pytest.mark.django_db


def zipped(*members: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for member in members:
            archive.writestr(member, "words")
    return file.getvalue()


def upload(name: str = "dspy.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def send(client: Client, talk: Talk, file: Any = None, label: str = "Slides") -> Any:
    form: dict[str, Any] = {"file-label": label}
    return client.post(f"{talk.url}files/", form | ({"file": file} if file else {}))


def file_of(talk: Talk, material: Material) -> str:
    return f"{talk.url}files/{material.pk}/"


@pytest.fixture
def bobs(sign_in: SignIn, course: Course, bob: User) -> Client:
    return sign_in(bob)


GOOD = [
    ("a.pdf", PDF, "application/pdf"),
    ("a.PPTX", zipped("[Content_Types].xml", "ppt/presentation.xml"), "presentation"),
    ("a.odp", zipped("mimetype", "content.xml"), "opendocument.presentation"),
    ("a.key", zipped("Index/Document.iwa"), "keynote"),
    ("a.png", b"\x89PNG\r\n\x1a\nrest", "image/png"),
    ("a.zip", zipped("main.py"), "application/zip"),
]
BAD = [
    ("page.html", b"<script>alert(1)</script>", "cannot be handed in. You can hand in PDF"),
    ("page.pdf", b"<script>alert(1)</script>", "is not what its name says: there is no PDF in it"),
    ("a.key", zipped("main.py"), "there is no KEY in it"),
    ("a.zip", b"PK\x03\x04 broken", "there is no ZIP in it"),
    ("a.pdf", b"", "is empty"),
]


@pytest.mark.parametrize(("name", "content", "kind"), GOOD, ids=[name for name, *_ in GOOD])
def test_slides_of_each_kind_are_kept(
    name: str, content: bytes, kind: str, talk: Talk, bob: User
) -> None:
    made, is_new = hand_in_file(
        talk=talk, label="Slides", file=upload(name, content), actor=bob, at=factories.NOON
    )
    assert (made.name, made.size, made.version, is_new) == (name, len(content), 1, True)
    assert kind in made.content_type
    assert default_storage.open(path_of(made.sha256)).read() == content


@pytest.mark.parametrize(("name", "content", "why"), BAD, ids=[why for *_, why in BAD])
def test_another_file_gets_a_sentence_and_the_words_beside_it_stay(
    name: str, content: bytes, why: str, bobs: Client, talk: Talk
) -> None:
    response = send(bobs, talk, upload(name, content), label="My handout")
    assert response.status_code == 422
    assert why in words(response)
    assert 'value="My handout"' in response.content.decode()
    assert not Material.objects.exists()


def test_a_file_over_the_limit_is_passed_over_and_the_words_stay(bobs: Client, talk: Talk) -> None:
    large = upload("large.pdf", PDF + b"\x00" * (50 * 1024 * 1024))
    response = send(bobs, talk, large, label="My handout")
    assert response.status_code == 422
    assert "“large.pdf” is larger than 50 MB" in words(response)
    assert 'value="My handout"' in response.content.decode()
    assert bobs.post(f"{talk.url}files/", CONTENT_LENGTH=str(10**9)).status_code == 413


def test_nothing_chosen_is_said_and_the_token_is_asked_for(
    bobs: Client, talk: Talk, bob: User
) -> None:
    assert "Choose a file first." in words(send(bobs, talk))
    client = Client(enforce_csrf_checks=True)
    client.force_login(bob)
    assert send(client, talk, upload()).status_code == 403
    assert not Material.objects.exists()


def test_versions_replace_each_other_and_the_old_one_can_still_be_had(
    bobs: Client, talk: Talk
) -> None:
    send(bobs, talk, upload(content=PDF + b"1"))
    send(bobs, talk, upload(content=PDF + b"2"), label=" slides ")
    first, second = Material.objects.order_by("version")
    assert [(one.label, one.version) for one in (first, second)] == [("Slides", 1), ("Slides", 2)]
    page = words(bobs.get(talk.url))
    assert "version 2" in page
    assert "1 older version " in page
    assert b"".join(bobs.get(file_of(talk, first)).streaming_content) == PDF + b"1"  # type: ignore[attr-defined]


def test_a_link_is_no_version_of_the_slides_unless_it_is_called_so(
    bobs: Client, talk: Talk
) -> None:
    page = bobs.get(talk.url)
    assert words(page).count("The same words again make a new version") == 2
    fields = page.content.decode().split("<input")
    label = next(one for one in fields if 'name="link-label"' in one)
    assert 'value="Link"' in label


def test_the_same_file_twice_is_one_version_and_says_so(bobs: Client, talk: Talk) -> None:
    send(bobs, talk, upload())
    page = words(bobs.get(send(bobs, talk, upload())["Location"]))
    assert "“dspy.pdf” is there already, as the newest of Slides." in page
    assert Material.objects.count() == 1


def test_a_removed_version_is_hidden_kept_and_gives_way_to_the_one_before(
    bobs: Client, talk: Talk, sign_in: SignIn, alice: User
) -> None:
    for number in b"12":
        send(bobs, talk, upload(content=PDF + bytes([number])))
    second = Material.objects.get(version=2)
    bobs.post(f"{file_of(talk, second)}remove/")
    bobs.post(f"{file_of(talk, second)}remove/")  # again: nothing more happens
    page = words(bobs.get(talk.url))
    assert "version 1" in page
    assert "version 2 ·" not in page
    assert bobs.get(file_of(talk, second)).status_code == 404
    staffs = sign_in(alice)
    assert "removed" in words(staffs.get(talk.url))
    assert staffs.get(file_of(talk, second)).status_code == 200
    send(bobs, talk, upload(content=PDF + b"3"))
    assert Material.objects.order_by("version").values_list("version", flat=True).last() == 3
    assert Event.objects.filter(kind="presentations.material_removed").count() == 1


def test_who_removed_something_by_mistake_puts_it_back(
    bobs: Client, talk: Talk, sign_in: SignIn, priya: User, alice: User
) -> None:
    send(bobs, talk, upload())
    made = Material.objects.get()
    address = file_of(talk, made)
    page = bobs.get(bobs.post(f"{address}remove/")["Location"])
    assert "Slides, version 1 is removed. Put back" in words(page)
    assert f"{address}put-back/" in page.content.decode()
    assert "Put back" in words(sign_in(alice).get(talk.url))
    assert sign_in(priya).post(f"{address}put-back/").status_code == 404
    back = words(bobs.get(bobs.post(f"{address}put-back/")["Location"]))
    assert "Slides, version 1 is there again." in back
    bobs.post(f"{address}put-back/")  # again: nothing more happens
    made.refresh_from_db()
    assert made.removed_at is None
    assert Event.objects.filter(kind="presentations.material_put_back").count() == 1


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ftp://example.org/a", "data:text/html,x", "//example.org", ""]
)
def test_only_links_into_the_web_are_taken(url: str, bobs: Client, talk: Talk) -> None:
    response = bobs.post(f"{talk.url}links/", {"link-label": "Code", "link-url": url})
    taken = list(Material.objects.values_list("url", flat=True))
    assert (response.status_code, taken) in [(422, []), (302, ["https://example.org"])]
    assert taken == [] or url == "//example.org"


def test_a_link_is_kept_and_shown_with_its_host(bobs: Client, talk: Talk) -> None:
    address = "https://github.com/stanfordnlp/dspy"
    bobs.post(f"{talk.url}links/", {"link-label": "Code", "link-url": address})
    page = bobs.get(talk.url)
    assert f'href="{address}"' in page.content.decode()
    assert "Code github.com" in words(page)


def test_late_is_taken_and_marked_and_moves_with_the_class(
    bobs: Client, talk: Talk, slot: Slot, sign_in: SignIn, priya: User
) -> None:
    move_class(slot, 1)  # its slides were due at midnight
    page = words(bobs.get(send(bobs, talk, upload())["Location"]))
    assert "is handed in, after the time: it is marked late." in page
    assert "Were due" in page
    assert Event.objects.filter(summary__contains=", late (Bob Baker)").exists()
    move_class(slot, 3)
    page = words(bobs.get(talk.url))
    assert " late " not in page.replace("marked late.", "").replace("late is", "")
    move_class(slot, 0)
    # The class is not told who was late.
    assert "late" not in words(sign_in(priya).get(talk.url))


def test_the_class_has_slides_from_its_beginning_on_and_visitors_never(
    bobs: Client,
    talk: Talk,
    slot: Slot,
    course: Course,
    sign_in: SignIn,
    alice: User,
    priya: User,
    erin: User,
    dave: User,
) -> None:
    course.visibility = Visibility.PUBLIC
    course.save()
    send(bobs, talk, upload())
    address = file_of(talk, Material.objects.get())
    clients = [bobs, sign_in(alice), sign_in(priya), sign_in(erin), sign_in(dave), Client()]

    def answers() -> list[int]:
        return [client.get(address).status_code for client in clients]

    assert answers() == [200, 200, 404, 404, 404, 404]
    assert "You see them when the class has begun" in words(clients[2].get(talk.url))
    assert address not in clients[2].get(talk.url).content.decode()
    move_class(slot, 0)
    assert answers() == [200, 200, 200, 200, 404, 404]
    assert slot.agenda_item.meeting is not None
    slot.agenda_item.meeting.status = Status.CANCELLED
    slot.agenda_item.meeting.save()
    assert answers() == [200, 200, 404, 404, 404, 404]


def test_a_file_is_a_download_that_no_browser_takes_for_a_page(bobs: Client, talk: Talk) -> None:
    send(bobs, talk, upload("Grüße <b>.pdf"))
    response = bobs.get(file_of(talk, Material.objects.get()))
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "application/pdf"


def test_only_who_presents_and_staff_hand_in(
    talk: Talk, slot: Slot, sign_in: SignIn, alice: User, priya: User, erin: User, dave: User
) -> None:
    assert send(sign_in(alice), talk, upload()).status_code == 302
    made = Material.objects.get()
    move_class(slot, 0)
    for user in (priya, erin, dave):
        client = sign_in(user)
        assert send(client, talk, upload("b.pdf")).status_code == 404
        link = {"link-label": "Code", "link-url": "https://example.org"}
        assert client.post(f"{talk.url}links/", link).status_code == 404
        assert client.post(f"{file_of(talk, made)}remove/").status_code == 404
    assert Material.objects.get() == made
    assert made.removed_at is None


def test_after_a_swap_the_slides_stay_with_who_made_them(
    bobs: Client, talk: Talk, slot: Slot, sign_in: SignIn, alice: User, priya: User
) -> None:
    send(bobs, talk, upload())
    address = file_of(talk, Material.objects.get())
    change_presenter(SignUp.objects.get(), priya)
    page = words(bobs.get(talk.url))
    assert "You do not have this slot any more." in page
    assert "dspy.pdf" in page
    assert "Hand in the file" not in page
    assert bobs.get(address).status_code == 200
    assert send(bobs, talk, upload("new.pdf")).status_code == 404
    priyas = sign_in(priya)
    for path in (talk.url, address):
        assert priyas.get(path).status_code == 404
    new = f"/c/compilers/sign-ups/{slot.pk}/talk/u{priya.pk}/"
    assert "Nothing was handed in yet." in words(priyas.get(new))
    assert "dspy.pdf" in words(sign_in(alice).get(talk.url))
    with pytest.raises(NotTheirsAnyMore):
        hand_in_link(
            talk=talk, label="Code", url="https://example.org", actor=priya, at=factories.NOON
        )


def test_each_of_a_group_hands_in_and_the_others_are_told(
    pitch: Slot, sign_in: SignIn, bob: User, priya: User
) -> None:
    talk = talk_on(pitch)
    send(sign_in(priya), talk, upload())
    told = Event.objects.filter(kind="presentations.material_handed_in")
    assert [(one.audience, one.recipient) for one in told.order_by("pk")] == [
        ("staff", None),
        ("members", bob),
    ]
    assert "Priya Singh" in words(sign_in(bob).get(talk.url))


def test_what_was_handed_in_is_counted_even_when_it_was_removed(
    talk: Talk, bob: User, bobs: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("readings.presentations.day.handing.MAX_VERSIONS", 2)
    for number in range(2):
        hand_in_link(
            talk=talk, label="Code", url=f"https://a.org/{number}", actor=bob, at=factories.NOON
        )
    Material.objects.update(removed_at=factories.NOON + dt.timedelta(days=1))
    response = bobs.post(f"{talk.url}links/", {"link-label": "Code", "link-url": "https://a.org/2"})
    assert response.status_code == 422
    assert "2 files and links were handed in for this talk already" in words(response)


@pytest.mark.parametrize("key", ["u999999", "g1", "x1", "u", "u1u2"])
def test_an_address_of_nobody_is_not_found(key: str, bobs: Client, slot: Slot) -> None:
    assert bobs.get(f"/c/compilers/sign-ups/{slot.pk}/talk/{key}/").status_code == 404


def test_a_talk_of_another_course_is_not_found(slot: Slot, bob: User, bobs: Client) -> None:
    other = factories.make_course()
    factories.enrol(other, bob)
    item = factories.put_on_agenda(factories.make_meeting(other), text="Secret")
    theirs = factories.make_slot(item)
    give(theirs, bob, bob)
    assert bobs.get(f"/c/compilers/sign-ups/{theirs.pk}/talk/u{bob.pk}/").status_code == 404
