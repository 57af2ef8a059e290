"""The Import pages for a document that comes again, or from an address: decide, undo, follow."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from readings.accounts.models import User
from readings.courses.models import Course
from readings.imports.models import DocumentFetch, FetchState, Import, ImportState, Source
from readings.reading_lists.models import Entry
from readings.schedule.models import AgendaItem, Meeting, Reading
from readings.schedule.services import update_reading
from tests.conftest import SignIn
from tests.imports.samples import table
from tests.imports.test_pages import paste
from tests.pages_text import words

pytestmark = pytest.mark.django_db

MLIR = "[MLIR](https://arxiv.org/abs/2002.11054)"
TVM = "[TVM](https://arxiv.org/abs/1802.04799)"
FIRST = table(f"| 2025-09-08 | {MLIR} | Papers | |", f"| 2025-09-10 | {TVM} | Papers | |")
README = f"""# Compilers

Ask on the [forum](https://forum.example.org/) first.

{FIRST}
"""


@pytest.fixture
def browser(sign_in: SignIn, alice: User) -> Client:
    return sign_in(alice)


def press(browser: Client, page: Any, **decided: Any) -> Any:
    """Press "Apply" in a preview, with what was decided in it."""
    html = page.content.decode()
    action = re.search(r'action="([^"]+/apply/)"', html)
    digest = re.search(r'name="digest" value="(\w+)"', html)
    assert action
    assert digest
    return browser.post(action[1], {"digest": digest[1], **decided}, follow=True)


def conflict_of(page: Any) -> str:
    (name,) = set(re.findall(r'name="(conflict-[^"]+)"', page.content.decode()))
    return str(name)


def relabelled(browser: Client, course: Course) -> Any:
    """The preview of a document whose label was changed there and here."""
    press(browser, paste(browser, course, FIRST))
    update_reading(reading=Reading.objects.get(label="MLIR"), label="Mine")
    return paste(browser, course, FIRST.replace("[MLIR]", "[Theirs]"))


def test_of_a_conflict_what_is_here_stays(browser: Client, course: Course) -> None:
    page = relabelled(browser, course)
    assert "Changed here and in the document" in words(page)
    assert "was “MLIR”" in words(page)
    press(browser, page, **{conflict_of(page): "mine"})
    assert Reading.objects.get(paper__arxiv_id="2002.11054").label == "Mine"


def test_of_a_conflict_the_document_is_taken_by_who_says_so(
    browser: Client, course: Course
) -> None:
    page = relabelled(browser, course)
    press(browser, page, **{conflict_of(page): "theirs"})
    assert Reading.objects.get(paper__arxiv_id="2002.11054").label == "Theirs"


def test_what_left_the_document_is_named_before_it_goes(browser: Client, course: Course) -> None:
    press(browser, paste(browser, course, FIRST))
    page = paste(browser, course, table(f"| 2025-09-08 | {MLIR} | Papers | |"))
    text = words(page)
    assert "No longer in the document" in text
    assert "TVM" in text
    press(browser, page)
    assert list(AgendaItem.objects.values_list("reading__label", flat=True)) == ["MLIR"]


def test_a_move_is_said_as_a_move(browser: Client, course: Course) -> None:
    press(browser, paste(browser, course, FIRST))
    moved = table("| 2025-09-08 | | Papers | |", f"| 2025-09-10 | {TVM}, {MLIR} | Papers | |")
    assert "from Sep 8" in words(paste(browser, course, moved))


def test_an_import_is_undone_from_the_entrance(browser: Client, course: Course) -> None:
    press(browser, paste(browser, course, FIRST))
    entrance = browser.get(reverse("imports:paste", args=[course.slug]))
    (address,) = re.findall(r'action="([^"]+/undo/)"', entrance.content.decode())
    page = browser.post(address, follow=True)
    assert "Taken back: the course is as it was before that import." in words(page)
    assert "(taken back)" in words(page)
    assert "Undo this import" not in words(page)
    assert not Meeting.objects.exists()
    again = browser.post(address, follow=True)
    assert "This was taken back before." in words(again)


def test_links_in_prose_are_taken_only_when_ticked(browser: Client, course: Course) -> None:
    page = paste(browser, course, README)
    assert "1 link in the running text, not taken unless you tick it" in words(page)
    (line,) = re.findall(r'name="offered" value="(\d+)"', page.content.decode())
    press(browser, page)
    assert not Entry.objects.exists()
    press(browser, paste(browser, course, README), offered=line)
    assert Entry.objects.get().reading.paper.url == "https://forum.example.org/"  # type: ignore[union-attr]


def test_a_person_says_what_a_document_is(browser: Client, course: Course) -> None:
    page = paste(browser, course, FIRST)
    assert "Taken for Markdown, a schedule" in words(page)
    draft = Import.objects.get()
    address = reverse("imports:read_as", args=[course.slug, draft.pk])
    page = browser.post(address, {"format": "links", "source": "My links"}, follow=True)
    assert "Taken for Links or ids, one a line , the course's document “My links”" in words(page)
    assert "1802.04799" in words(page)
    page = browser.post(address, {"format": "bibtex", "source": "My links"}, follow=True)
    assert 'class="error"' in page.content.decode()
    assert Import.objects.get().format == "links"


def test_a_preview_that_was_replaced_says_so(browser: Client, course: Course) -> None:
    old = paste(browser, course, FIRST).redirect_chain[-1][0]
    paste(browser, course, README)
    page = browser.get(old)
    assert page.status_code == 404
    assert "This preview is gone" in words(page)


# --- From an address ------------------------------------------------------------------------------

ADDRESS = "https://github.com/ann/course"


def ask(browser: Client, course: Course, url: str = ADDRESS) -> Any:
    return browser.post(reverse("imports:paste", args=[course.slug]), {"url": url}, follow=True)


def test_a_document_at_an_address_is_waited_for(browser: Client, course: Course) -> None:
    page = ask(browser, course)
    assert "is being fetched" in words(page)
    fetch = DocumentFetch.objects.get()
    here = reverse("imports:arrived", args=[course.slug, fetch.pk])
    waiting = browser.post(here, headers={"hx-request": "true"})
    assert "is being fetched" in words(waiting)
    assert "<html" not in waiting.content.decode()

    DocumentFetch.objects.update(
        state=FetchState.ARRIVED, body=FIRST.encode(), filename="README.md"
    )
    there = browser.post(here, headers={"hx-request": "true"})
    preview = browser.get(there["HX-Redirect"])
    assert "2 classes" in words(preview)
    press(browser, preview, follow="yes")
    source = Source.objects.get()
    assert (source.url, source.is_followed) == (ADDRESS, True)
    entrance = words(browser.get(reverse("imports:paste", args=[course.slug])))
    assert "looked at once a day" in entrance


def test_an_address_that_cannot_be_had_comes_back_with_its_reason(
    browser: Client, course: Course
) -> None:
    ask(browser, course)
    DocumentFetch.objects.update(state=FetchState.FAILED, problem="There is nothing there.")
    here = reverse("imports:arrived", args=[course.slug, DocumentFetch.objects.get().pk])
    page = browser.post(here, follow=True)
    assert "There is nothing there." in words(page)
    assert f'value="{ADDRESS}"' in page.content.decode()


def test_what_is_no_address_is_refused_at_its_field(browser: Client, course: Course) -> None:
    page = ask(browser, course, "not an address")
    assert "This is no web address" in words(page)
    assert not DocumentFetch.objects.exists()


def test_an_address_that_is_not_https_is_refused_before_anything_is_fetched(
    browser: Client, course: Course
) -> None:
    page = ask(browser, course, "http://10.0.0.1/schedule.md")
    assert "Only addresses that begin with https:// are fetched." in words(page)
    assert not DocumentFetch.objects.exists()


def test_a_document_read_as_what_it_is_not_is_not_called_known(
    browser: Client, course: Course
) -> None:
    words_only = table("| 2025-09-08 | Caches | Lecture | |")
    paste(browser, course, f"{words_only}\nAsk on the [forum](https://forum.example.org/).")
    address = reverse("imports:read_as", args=[course.slug, Import.objects.get().pk])
    page = browser.post(address, {"format": "markdown-list", "source": ""}, follow=True)
    assert "Read like this, there is no schedule and no reading list in it." in words(page)
    assert "The course says all this already." not in words(page)


def test_following_ends_and_begins_at_a_button(browser: Client, course: Course) -> None:
    source = Source.objects.create(course=course, name="schedule", url=ADDRESS, is_followed=True)
    address = reverse("imports:follow", args=[course.slug, source.pk])
    browser.post(address, {"follow": "no"})
    source.refresh_from_db()
    assert not source.is_followed
    browser.post(address, {"follow": "yes"})
    source.refresh_from_db()
    assert source.is_followed


def test_an_offered_change_is_looked_at_or_left(browser: Client, course: Course) -> None:
    press(browser, paste(browser, course, FIRST))
    source = Source.objects.get()
    Source.objects.update(url=ADDRESS, is_followed=True)
    applied = Import.objects.get()
    offer = Import.objects.create(
        source=source, text=applied.text, understood=applied.understood, created_by=None
    )
    entrance = browser.get(reverse("imports:paste", args=[course.slug]))
    assert "has changed at its address" in words(entrance)
    page = browser.post(reverse("imports:dismiss", args=[course.slug, offer.pk]), follow=True)
    assert "has changed at its address" not in words(page)
    assert not Import.objects.filter(state=ImportState.DRAFT).exists()


@pytest.mark.parametrize("person", ["bob", "dave", "erin"])
def test_nobody_but_staff_fetches_or_follows(
    request: pytest.FixtureRequest, course: Course, sign_in: SignIn, person: str
) -> None:
    source = Source.objects.create(course=course, name="schedule", url=ADDRESS)
    fetch = DocumentFetch.objects.create(course=course, url=ADDRESS)
    stranger = sign_in(request.getfixturevalue(person))
    for name, key in [
        ("fetch", source),
        ("follow", source),
        ("arriving", fetch),
        ("arrived", fetch),
    ]:
        address = reverse(f"imports:{name}", args=[course.slug, key.pk])
        assert stranger.get(address).status_code == 404
        assert stranger.post(address, {"follow": "yes"}).status_code == 404
