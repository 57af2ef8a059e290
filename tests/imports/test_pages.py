"""The Import page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from readings.accounts.models import User
from readings.courses.models import Course, Role
from readings.imports.models import Import
from readings.imports.schedules.years import LAST_YEAR
from tests import factories
from tests.conftest import SignIn
from tests.imports.samples import sample, table
from tests.pages_text import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(sign_in: SignIn, alice: User) -> Client:
    return sign_in(alice)


def paste(browser: Client, course: Course, text: str) -> Any:
    return browser.post(reverse("imports:paste", args=[course.slug]), {"text": text}, follow=True)


def press_apply(browser: Client, page: Any) -> Any:
    """Press the button of a preview, as it stands in the page."""
    html = page.content.decode()
    action = re.search(r'action="([^"]+/apply/)"', html)
    digest = re.search(r'name="digest" value="(\w+)"', html)
    assert action
    assert digest
    return browser.post(action[1], {"digest": digest[1]}, follow=True)


def test_pasting_shows_what_was_understood_before_anything_changes(
    browser: Client, course: Course
) -> None:
    page = paste(browser, course, sample())
    text = words(page)
    assert "12 weeks, 24 classes (3 holidays), 9 papers" in text
    assert "2025 : the link says SystemsSeminar2025" in text
    assert "Wed Sep 10" in text
    assert "Alpha arXiv:2001.00001" in text
    assert "Gamma2 doi:10.1145/1111111.2222222" in text
    assert "“Omega Notes” belongs to no reading of this row" in text
    assert "line 13" in text
    assert not course.meetings.exists()


def test_applying_leads_to_the_schedule(browser: Client, course: Course) -> None:
    preview = paste(browser, course, sample())
    total = int(re.search(r"Apply: (\d+) new", words(preview))[1])  # type: ignore[index]
    page = press_apply(browser, preview)
    assert page.redirect_chain[-1][0] == reverse("pages:schedule", args=[course.slug])
    assert f"Imported: {total} new. Papers are fetched now." in words(page)
    assert course.meetings.count() + course.agenda_items.count() == total


def test_the_same_document_again_says_so(browser: Client, course: Course) -> None:
    press_apply(browser, paste(browser, course, sample()))
    page = paste(browser, course, sample())
    assert "The course says all this already." in words(page)
    assert "Apply:" not in words(page)


def test_the_year_is_asked_for_where_nothing_tells_it(browser: Client, course: Course) -> None:
    page = paste(browser, course, table("| Sep 8 | Caches | Lecture | |"))
    assert "Which year?" in words(page)
    assert "Apply:" not in words(page)
    draft = Import.objects.get()
    address = reverse("imports:year", args=[course.slug, draft.pk])
    page = browser.post(address, {"year": "2025"}, follow=True)
    assert "Mon Sep 8" in words(page)
    press_apply(browser, page)
    assert str(course.meetings.get().meets_on) == "2025-09-08"


@pytest.mark.parametrize("year", ["", "soon", "12", str(LAST_YEAR + 1)])
def test_an_impossible_year_is_refused_at_its_field(
    browser: Client, course: Course, year: str
) -> None:
    paste(browser, course, table("| Sep 8 | Caches | Lecture | |"))
    address = reverse("imports:year", args=[course.slug, Import.objects.get().pk])
    page = browser.post(address, {"year": year})
    assert 'class="error"' in page.content.decode()
    assert "Caches" in words(page)


def test_a_file_is_read_as_a_paste_is(browser: Client, course: Course) -> None:
    upload = SimpleUploadedFile("schedule.md", b"\xef\xbb\xbf" + sample().encode())
    page = browser.post(reverse("imports:paste", args=[course.slug]), {"file": upload}, follow=True)
    assert "24 classes" in words(page)


def test_a_file_that_is_no_text_is_refused_in_a_sentence(browser: Client, course: Course) -> None:
    upload = SimpleUploadedFile("paper.pdf", b"%PDF-1.7 \x00\x01")
    page = browser.post(reverse("imports:paste", args=[course.slug]), {"file": upload})
    assert "This is a PDF, not text." in words(page)


def test_what_was_pasted_stays_in_the_box_when_nothing_was_understood(
    browser: Client, course: Course
) -> None:
    page = paste(browser, course, "Dear all,\n\n<the schedule> follows & more.")
    assert "There is no schedule and no list of readings in this document." in words(page)
    assert "&lt;the schedule&gt; follows &amp; more.</textarea>" in page.content.decode()
    assert not Import.objects.exists()


def test_an_uploaded_file_comes_back_in_the_box_when_nothing_was_understood(
    browser: Client, course: Course
) -> None:
    upload = SimpleUploadedFile("notes.md", b"Only prose.")
    page = browser.post(reverse("imports:paste", args=[course.slug]), {"file": upload})
    assert "Only prose.</textarea>" in page.content.decode()


def test_pasting_nothing_is_said(browser: Client, course: Course) -> None:
    assert "Paste the document into the box" in words(paste(browser, course, "  \n"))


def test_a_paste_that_is_too_much_for_a_page_is_refused_in_a_sentence(
    browser: Client, course: Course
) -> None:
    address = reverse("imports:paste", args=[course.slug])
    page = browser.post(address, {"text": "word " * 1_500_000})
    assert page.status_code == 400
    assert "imported as a file rather than pasted" in words(page)


def test_the_document_can_be_changed_from_the_preview(browser: Client, course: Course) -> None:
    page = paste(browser, course, sample())
    (text,) = re.findall(
        r'<textarea id="document"[^>]*>\n(.*?)</textarea>', page.content.decode(), re.S
    )
    assert "[DSPy]" not in text
    assert "[Alpha](https://arxiv.org/pdf/2001.00001)" in text


def test_hostile_words_are_shown_as_text(browser: Client, course: Course) -> None:
    cell = '&lt;script&gt;alert(1)&lt;/script&gt; [x](https://x.org/"onmouseover=alert(1))'
    page = paste(browser, course, table(f"| Sep 8, 2025 | {cell} | Lecture | |"))
    html = page.content.decode()
    assert "<script>alert" not in html
    assert '"onmouseover' not in html
    assert "&lt;script&gt;alert(1)" in html


def test_a_course_changed_meanwhile_is_shown_anew(browser: Client, course: Course) -> None:
    preview = paste(browser, course, sample())
    press_apply(browser, paste(browser, course, table("| Sep 8, 2025 | x | Lecture | |")))
    page = press_apply(browser, preview)
    assert course.meetings.count() == 1
    assert page.status_code == 404  # its draft made room for the newer one


def test_a_stale_preview_is_refused_and_shown_anew(browser: Client, course: Course) -> None:
    preview = paste(browser, course, sample())
    factories.make_meeting(course)
    course.meetings.update(meets_on="2025-09-08")
    page = press_apply(browser, preview)
    assert "The course has changed since this preview was made" in words(page)
    assert course.meetings.count() == 1
    press_apply(browser, page)
    assert course.meetings.count() == 24


def test_pressing_twice_applies_once(browser: Client, course: Course) -> None:
    preview = paste(browser, course, sample())
    press_apply(browser, preview)
    page = press_apply(browser, preview)
    assert "applied before" in words(page)
    assert course.meetings.count() == 24


def test_the_box_says_what_it_understands_while_it_is_typed_into(
    browser: Client, course: Course
) -> None:
    address = reverse("imports:live", args=[course.slug])
    text = sample()
    half = words(browser.post(address, {"text": text[: text.index("| **Sep 29")]}))
    response = browser.post(address, {"text": text})
    whole = words(response)
    assert "8 classes" in half
    assert "24 classes" in whole
    assert "If applied: 53 new" in whole
    assert "<html" not in response.content.decode()
    assert "press the button" in words(browser.post(address, {"text": text * 120}))
    assert not Import.objects.exists()


def test_a_very_long_schedule_is_not_drawn_whole(browser: Client, course: Course) -> None:
    rows = [f"| 2025-{1 + n // 28:02}-{1 + n % 28:02} | x | Lecture | |" for n in range(300)]
    page = paste(browser, course, table(*rows))
    assert "and 150 more classes." in words(page)
    too_many = paste(browser, course, table(*rows, *(row.replace("2025", "2026") for row in rows)))
    assert "600 classes; a course has at most 400" in words(too_many)
    assert "Apply:" not in words(too_many)


def test_past_imports_are_listed(browser: Client, course: Course) -> None:
    press_apply(browser, paste(browser, course, sample()))
    page = browser.get(reverse("imports:paste", args=[course.slug]))
    assert "Imported before" in words(page)
    assert "Alice Abbott" in words(page)


@pytest.mark.parametrize("person", ["bob", "dave", "erin"])
@pytest.mark.parametrize(
    "name", ["paste", "live", "preview", "year", "read_as", "apply", "undo", "dismiss"]
)
def test_nobody_but_staff_gets_here(
    request: pytest.FixtureRequest,
    browser: Client,
    course: Course,
    sign_in: SignIn,
    person: str,
    name: str,
) -> None:
    paste(browser, course, sample())
    draft = Import.objects.get()
    numbered = [] if name in {"paste", "live"} else [draft.pk]
    address = reverse(f"imports:{name}", args=[course.slug, *numbered])
    stranger = sign_in(request.getfixturevalue(person))
    assert stranger.get(address).status_code == 404
    assert stranger.post(address, {"text": sample(), "year": "2025"}).status_code == 404
    assert not course.meetings.exists()
    assert Client().post(address).status_code == 404


def test_a_draft_of_another_course_is_not_found(
    browser: Client, course: Course, alice: User
) -> None:
    other = factories.make_course()
    paste(browser, course, sample())
    factories.enrol(other, alice, Role.INSTRUCTOR)
    address = reverse("imports:preview", args=[other.slug, Import.objects.get().pk])
    assert browser.get(address).status_code == 404


def test_an_assistant_may_import(course: Course, carol: User, sign_in: SignIn) -> None:
    browser = sign_in(carol)
    press_apply(browser, paste(browser, course, sample()))
    assert course.meetings.count() == 24
