"""The pages of reading lists: what they show, and to whom."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from readings.accounts.models import User
from readings.courses.models import Course, Visibility
from readings.courses.services import update_course
from readings.papers.models import PaperKind
from readings.reading_lists.models import Entry, TitleMatch
from readings.reading_lists.services import add_entry, make_list, make_section
from tests import factories
from tests.conftest import SignIn
from tests.pages_text import words
from tests.reading_lists.conftest import TVM, Shelf, propose

pytestmark = pytest.mark.django_db


def address(shelf: Shelf, name: str = "show", *keys: int) -> str:
    return reverse(
        f"reading_lists:{name}", args=[shelf.course.slug, *(keys or [shelf.reading_list.pk])]
    )


def shown(client: Client, shelf: Shelf) -> str:
    return client.get(address(shelf)).content.decode()


def test_a_list_shows_what_is_where_and_where_it_leads(
    shelf: Shelf, bob: User, sign_in: SignIn
) -> None:
    page = shown(sign_in(bob), shelf)
    paper = reverse("pages:paper", args=[shelf.course.slug, shelf.reading.pk])
    assert f'<a class="entry-title" href="{paper}" dir="auto">TVM</a>' in page
    assert "An Automated End-to-End Optimizing Compiler for Deep Learning" in page
    assert (
        'href="https://example.org/tvm.pdf" rel="noopener noreferrer nofollow">Slides</a>' in page
    )
    assert "<em>stack</em>" in page
    assert "<math>" in page
    assert "深度学习" in page
    assert "Tate et al. · 2009" in page
    assert f'href="#section-{shelf.other.pk}" dir="auto">编译器 and more</a>' in page


def test_an_entry_stands_in_the_list_of_the_one_it_is_under(
    shelf: Shelf, bob: User, sign_in: SignIn
) -> None:
    page = shown(sign_in(bob), shelf)
    nested = page.index('<ul class="entries" role="list">', page.index(f"entry-{shelf.tvm.pk}"))
    assert nested < page.index(f'id="entry-{shelf.video.pk}"') < page.index("</ul></li></ul>")
    assert page.count('<ul class="entries"') == page.count("</li></ul>") == 3


def test_a_section_without_entries_is_shown_with_those_in_it(
    shelf: Shelf, bob: User, sign_in: SignIn
) -> None:
    outer = make_section(reading_list=shelf.reading_list, title="Frameworks")
    inner = make_section(reading_list=shelf.reading_list, title="Graphs", parent=outer)
    add_entry(section=inner, title="Glow")
    page = shown(sign_in(bob), shelf)
    assert f'<h2 id="section-{outer.pk}-title" dir="auto">Frameworks</h2>' in page
    assert f'<h3 id="section-{inner.pk}-title" dir="auto">Graphs</h3>' in page


def test_a_scheduled_reading_says_when_and_links_there(
    shelf: Shelf, bob: User, sign_in: SignIn
) -> None:
    page = shown(sign_in(bob), shelf)
    day = shelf.meeting.meets_on
    assert day is not None
    assert f"#meeting-{shelf.meeting.pk}" in page
    assert f"Week 3, {day:%b} {day.day}" in page


def test_the_kind_of_what_is_no_paper_is_said(shelf: Shelf, bob: User, sign_in: SignIn) -> None:
    paper = factories.make_paper(
        arxiv_id=None, url="https://example.org/post", kind=PaperKind.POST, title=""
    )
    reading = factories.make_reading(shelf.course, paper=paper)
    add_entry(section=shelf.other, reading=reading, title="A friendly introduction")
    reading.refresh_from_db()
    assert reading.title == "A friendly introduction"
    page = shown(sign_in(bob), shelf)
    assert '<span class="badge">Blog post</span>' in page
    assert 'href="https://example.org/post" rel="noopener noreferrer nofollow">Post</a>' in page


def test_what_stands_there_already_is_not_said_twice(
    shelf: Shelf, bob: User, sign_in: SignIn
) -> None:
    paper = factories.make_paper(
        arxiv_id=None, url="https://www.example.org/talk", kind=PaperKind.VIDEO, title=""
    )
    add_entry(
        section=shelf.other,
        reading=factories.make_reading(shelf.course, paper=paper),
        title="Herding compilers",
        links=[
            {"url": "https://www.example.org/talk", "role": "video", "label": "Herding compilers"},
            {"url": "https://www.example.org/x", "role": "other", "label": "Herding compilers"},
        ],
    )
    page = shown(sign_in(bob), shelf)
    assert '<span class="badge">Video' not in page
    assert 'href="https://www.example.org/talk" rel="noopener noreferrer nofollow">Video<' in page
    assert (
        'href="https://www.example.org/x" rel="noopener noreferrer nofollow">example.org<' in page
    )
    assert page.count("Herding compilers") == 1


def test_a_text_that_several_entries_share_stands_once(
    shelf: Shelf, bob: User, sign_in: SignIn
) -> None:
    for title in ("Relax", "Cypress", "Exo"):
        add_entry(section=shelf.other, title=title, annotation="Skim Relax, Cypress and Exo.")
    page = shown(sign_in(bob), shelf)
    assert page.count("Skim Relax, Cypress and Exo.") == 1
    assert page.index(">Exo</span>") < page.index("Skim Relax")
    assert page.count('<li class="shares">') == 2


def test_another_spelling_of_the_title_is_not_shown_beside_it(
    shelf: Shelf, bob: User, sign_in: SignIn
) -> None:
    add_entry(section=shelf.other, reading=shelf.reading, title=TVM.replace(" for", " of"))
    page = shown(sign_in(bob), shelf)
    assert page.count("entry-full") == 1  # beside "TVM"


@pytest.mark.parametrize(("minutes", "is_asked"), [(0, True), (2, True), (5, False)])
def test_the_page_waits_for_what_comes_soon(
    minutes: int, is_asked: bool, shelf: Shelf, alice: User, sign_in: SignIn
) -> None:
    due_at = timezone.now() + dt.timedelta(minutes=minutes)
    TitleMatch.objects.create(entry=shelf.words, due_at=due_at, reason="arXiv is slow")
    page = shown(sign_in(alice), shelf)
    assert "(arXiv is slow)" in page
    assert ("hx-trigger" in page) is is_asked


def test_a_visitor_of_a_public_course_sees_the_list_without_links_to_notes(
    shelf: Shelf, client: Client
) -> None:
    update_course(course=shelf.course, visibility=Visibility.PUBLIC)
    page = shown(client, shelf)
    assert "Slides</a>" in page
    assert "example.org/bob" not in page
    assert "Schedule or edit" not in page
    index = client.get(reverse("reading_lists:index", args=[shelf.course.slug]))
    assert f"#section-{shelf.papers.pk}" in index.content.decode()


def test_members_see_links_to_notes(shelf: Shelf, bob: User, sign_in: SignIn) -> None:
    assert "https://example.org/bob" in shown(sign_in(bob), shelf)


@pytest.mark.parametrize("name", ["index", "show"])
def test_an_outsider_of_a_members_course_finds_nothing(
    name: str, shelf: Shelf, dave: User, sign_in: SignIn
) -> None:
    keys = [] if name == "index" else [shelf.reading_list.pk]
    page = reverse(f"reading_lists:{name}", args=[shelf.course.slug, *keys])
    assert sign_in(dave).get(page).status_code == 404
    assert Client().get(page).status_code == 404


def test_a_list_is_found_in_its_own_course_only(shelf: Shelf, alice: User, sign_in: SignIn) -> None:
    other = factories.make_course(slug="elsewhere")
    factories.enrol(other, alice)
    page = reverse("reading_lists:show", args=["elsewhere", shelf.reading_list.pk])
    assert sign_in(alice).get(page).status_code == 404


def test_hostile_words_and_addresses_stay_words(shelf: Shelf, bob: User, sign_in: SignIn) -> None:
    add_entry(
        section=shelf.other,
        title="<script>alert(1)</script> {id} {{ 7 }}",
        authors="<b>Eve</b>",
        links=[{"url": "javascript:alert(1)", "role": "paper", "label": "<i>"}],
        annotation="<img src=x onerror=alert(1)>",
    )
    page = shown(sign_in(bob), shelf)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {id} {{ 7 }}" in page
    assert "<b>Eve" not in page
    assert "javascript:alert" not in page
    assert "<img" not in page


def test_proposals_are_for_staff(shelf: Shelf, alice: User, bob: User, sign_in: SignIn) -> None:
    propose(shelf.words)
    page = words(sign_in(alice).get(address(shelf)))
    assert "Is this it? MLIR: A Compiler Infrastructure" in page
    assert "Chris Lattner, Mehdi Amini, 2020 (83 %)" in page
    assert "Is this it?" not in shown(sign_in(bob), shelf)
    searches = address(shelf, "searches")
    assert sign_in(alice).get(searches).status_code == 200
    assert sign_in(bob).get(searches).status_code == 404


def test_an_empty_course_says_how_a_list_is_made(
    course: Course, alice: User, bob: User, sign_in: SignIn
) -> None:
    page = reverse("reading_lists:index", args=[course.slug])
    assert "Three ways to make one" in sign_in(alice).get(page).content.decode()
    assert "Three ways to make one" not in sign_in(bob).get(page).content.decode()


def fill(shelf: Shelf, count: int) -> None:
    section = shelf.papers
    for number in range(count):
        if number % 10 == 0:
            section = make_section(reading_list=shelf.reading_list, title=f"Section {number}")
        reading = factories.make_reading(shelf.course)
        factories.put_on_agenda(shelf.meeting, reading)
        entry = add_entry(section=section, reading=reading, title=f"Entry {number}")
        propose(add_entry(section=section, parent=entry, title=f"Words {number}"))


@pytest.mark.parametrize("name", ["index", "show"])
def test_the_number_of_queries_does_not_depend_on_the_length(
    name: str,
    shelf: Shelf,
    alice: User,
    sign_in: SignIn,
    django_assert_num_queries: Any,
    django_assert_max_num_queries: Any,
) -> None:
    keys = [] if name == "index" else [shelf.reading_list.pk]
    page = reverse(f"reading_lists:{name}", args=[shelf.course.slug, *keys])
    client = sign_in(alice)
    fill(shelf, 1)
    with django_assert_max_num_queries(12) as few:
        client.get(page)
    fill(shelf, 29)
    make_list(course=shelf.course, title="Another")
    with django_assert_num_queries(len(few)):
        client.get(page)


def test_a_list_of_six_hundred_is_small_enough(shelf: Shelf, bob: User, sign_in: SignIn) -> None:
    readings = [factories.make_reading(shelf.course) for _ in range(30)]
    Entry.objects.bulk_create(
        Entry(
            section=shelf.papers,
            position=10 + number,
            reading=readings[number % 30],
            title=f"An entry with a title of a usual length, number {number}",
            venue="OSDI",
            year=2018,
            links=[{"url": f"https://example.org/{number}.pdf", "role": "pdf", "label": ""}],
        )
        for number in range(600)
    )
    content = sign_in(bob).get(address(shelf)).content
    assert content.count(b'class="entry"') == 603
    assert len(content) < 400_000
