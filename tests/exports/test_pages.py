"""The export page, the download, and the addresses that are always current."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from readings.accounts.models import User
from readings.courses.models import Course, Visibility
from readings.courses.services import renew_view_token, update_course
from readings.reading_lists.models import ReadingList
from readings.reading_lists.services import add_entry, make_list, make_section
from readings.schedule.services import add_reading_link, update_reading
from tests import factories
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db

PAGE = "/c/compilers/export/"
SCHEDULE = "/c/compilers/schedule.md"


@pytest.fixture
def planned(course: Course) -> Course:
    """A course with one paper that has notes and a presenter."""
    paper = factories.make_paper(arxiv_id="2310.03714", title="DSPy: Compiling Calls")
    reading = factories.make_reading(course, paper=paper, label="DSPy")
    meeting = factories.make_meeting(course, dt.date(2025, 9, 8))
    factories.put_on_agenda(meeting, reading, presenters=["Bob Baker"])
    add_reading_link(reading=reading, url="https://example.org/n", role="notes", label="DSPy Notes")
    return course


@pytest.fixture
def shelf(course: Course) -> ReadingList:
    reading_list = make_list(course=course, title="The shelf")
    section = make_section(reading_list=reading_list, title="Papers")
    add_entry(section=section, title="Only words", annotation="- worth it")
    return reading_list


def make_public(course: Course, visibility: str = Visibility.PUBLIC) -> None:
    update_course(course=course, visibility=visibility)


# --- The page -----------------------------------------------------------------------------------


def test_staff_see_the_markdown_and_where_to_get_it(
    planned: Course, carol: User, sign_in: SignIn
) -> None:
    page = sign_in(carol).get(PAGE).content.decode()

    assert "[DSPy](https://arxiv.org/abs/2310.03714)" in page
    assert "[DSPy Notes](https://example.org/n)" in page
    assert "Bob Baker" in page
    assert "Only members see this course" in page


def test_choices_change_what_is_said(planned: Course, alice: User, sign_in: SignIn) -> None:
    browser = sign_in(alice)

    page = browser.get(PAGE, {"what": "schedule", "authors": "on", "years": "on"}).content.decode()

    assert "Ahmed and Brown, 2024" in page
    assert "example.org/n" not in page
    assert "Bob Baker" not in page


def test_the_document_alone_is_answered_to_htmx(
    planned: Course, alice: User, sign_in: SignIn
) -> None:
    page = sign_in(alice).get(PAGE, headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in page
    assert 'id="document"' in page


def test_words_of_the_course_are_shown_as_text(
    course: Course, alice: User, sign_in: SignIn
) -> None:
    factories.put_on_agenda(factories.make_meeting(course), text="<script>alert(1)</script>")

    assert "<script>alert(1)" not in sign_in(alice).get(PAGE).content.decode()


def test_the_download_is_a_file(planned: Course, alice: User, sign_in: SignIn) -> None:
    answer = sign_in(alice).get(f"{PAGE}download/?what=schedule&notes=on")

    assert answer["Content-Type"] == "text/markdown; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="compilers-schedule.md"'
    assert "[DSPy]" in answer.content.decode()


def test_a_list_is_chosen_by_its_title(
    planned: Course, shelf: ReadingList, alice: User, sign_in: SignIn
) -> None:
    browser = sign_in(alice)

    page = browser.get(PAGE, {"what": str(shelf.pk)}).content.decode()
    file = browser.get(f"{PAGE}download/", {"what": str(shelf.pk)})
    whole = browser.get(f"{PAGE}download/", {"what": "all"}).content.decode()

    assert "- **Only words**" in page
    assert "compilers-the-shelf.md" in file["Content-Disposition"]
    assert "[DSPy]" in whole
    assert "- **Only words**" in whole


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}download/"])
def test_only_staff_export(
    planned: Course, bob: User, dave: User, erin: User, sign_in: SignIn, path: str
) -> None:
    make_public(planned)

    for browser in (Client(), *map(sign_in, (bob, dave, erin))):
        assert browser.get(path).status_code == 404


def test_the_page_makes_as_many_queries_for_a_long_term(
    planned: Course, alice: User, sign_in: SignIn
) -> None:
    browser = sign_in(alice)
    browser.get(PAGE)

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert browser.get(PAGE).status_code == 200
        return len(queries)

    before = count()
    for number in range(30):
        meeting = factories.make_meeting(planned, dt.date(2025, 9, 9) + dt.timedelta(days=number))
        factories.put_on_agenda(meeting, factories.make_reading(planned))
    assert count() == before


# --- The addresses ------------------------------------------------------------------------------


def test_a_public_course_shows_its_table_to_anybody(planned: Course) -> None:
    make_public(planned)

    answer = Client().get(SCHEDULE)

    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/markdown; charset=utf-8"
    assert "[DSPy](https://arxiv.org/abs/2310.03714)" in answer.content.decode()


def test_visitors_learn_no_names_and_see_no_notes(planned: Course) -> None:
    make_public(planned)

    text = Client().get(SCHEDULE, {"authors": "", "presenters": "on", "notes": "on"})

    assert "Ahmed and Brown" in text.content.decode()
    assert "Bob" not in text.content.decode()
    assert "example.org/n" not in text.content.decode()


def test_a_table_that_did_not_change_is_not_sent_again(planned: Course) -> None:
    make_public(planned)
    first = Client().get(SCHEDULE)

    second = Client().get(SCHEDULE, headers={"If-None-Match": first["ETag"]})

    assert second.status_code == 304
    assert Client().get(SCHEDULE, {"years": ""})["ETag"] != first["ETag"]


def test_a_change_is_there_at_once(planned: Course) -> None:
    make_public(planned)
    before = Client().get(SCHEDULE)

    update_reading(reading=planned.readings.get(), label="DSP")

    after = Client().get(SCHEDULE, headers={"If-None-Match": before["ETag"]})
    assert "[DSP](" in after.content.decode()


def test_an_unchanged_table_costs_few_queries(planned: Course) -> None:
    make_public(planned)
    Client().get(SCHEDULE)

    with CaptureQueriesContext(connection) as queries:
        assert Client().get(SCHEDULE).status_code == 200

    assert len(queries) <= 2


def test_a_course_shared_by_link_needs_its_token(planned: Course) -> None:
    make_public(planned, Visibility.LINK)
    token = planned.view_token

    assert Client().get(SCHEDULE).status_code == 404
    assert "[DSPy]" in Client().get(f"/l/{token}/schedule.md").content.decode()
    renew_view_token(course=planned)
    assert Client().get(f"/l/{token}/schedule.md").status_code == 404


def test_a_members_course_has_no_such_address(
    planned: Course, bob: User, dave: User, sign_in: SignIn
) -> None:
    assert Client().get(SCHEDULE).status_code == 404
    assert sign_in(dave).get(SCHEDULE).status_code == 404
    assert Client().get(f"/l/{planned.view_token}/schedule.md").status_code == 404
    assert sign_in(bob).get(SCHEDULE).status_code == 200


def test_a_list_has_an_address_of_its_own(
    course: Course, shelf: ReadingList, alice: User, sign_in: SignIn
) -> None:
    make_public(course)
    other = make_list(course=factories.make_course(), title="Elsewhere")

    found = Client().get(f"/c/compilers/reading-lists/{shelf.pk}.md")
    page = sign_in(alice).get(PAGE, {"what": str(shelf.pk)}).content.decode()

    assert "- **Only words**\n  - worth it\n" in found.content.decode()
    assert f"/c/compilers/reading-lists/{shelf.pk}.md" in page
    assert Client().get(f"/c/compilers/reading-lists/{other.pk}.md").status_code == 404
    make_public(course, Visibility.LINK)
    by_link = f"/l/{course.view_token}/reading-lists/{shelf.pk}.md"
    assert Client().get(by_link).status_code == 200
    assert by_link in sign_in(alice).get(PAGE, {"what": str(shelf.pk)}).content.decode()
