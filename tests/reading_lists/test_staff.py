"""What staff do with reading lists, through their pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from readings.accounts.models import User
from readings.papers.models import Fetch, Paper, PaperKind
from readings.reading_lists.match_services import NothingProposed, take_back_match, take_match
from readings.reading_lists.models import Entry, MatchState, ReadingList, Section, TitleMatch
from readings.reading_lists.services import add_entry, make_section
from readings.schedule.models import AgendaItem, Reading
from tests import factories
from tests.conftest import SignIn
from tests.reading_lists.conftest import Shelf, propose

pytestmark = pytest.mark.django_db

STAFF_ONLY = [
    ("new", None),
    ("arrange", "reading_list"),
    ("delete", "reading_list"),
    ("add", "reading_list"),
    ("searches", "reading_list"),
    ("add_section", "reading_list"),
    ("section", "papers"),
    ("shift_section", "papers"),
    ("remove_section", "papers"),
    ("entry", "tvm"),
    ("schedule_entry", "tvm"),
    ("move_entry", "tvm"),
    ("shift_entry", "tvm"),
    ("remove_entry", "tvm"),
    ("match", "words"),
]


def address(shelf: Shelf, name: str, row: Any = None) -> str:
    keys = [row.pk] if row else []
    return reverse(f"reading_lists:{name}", args=[shelf.course.slug, *keys])


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.fixture
def alices(alice: User, sign_in: SignIn) -> Client:
    return sign_in(alice)


@pytest.mark.parametrize(("name", "row"), STAFF_ONLY)
def test_nobody_but_staff_changes_a_list(
    name: str, row: str | None, shelf: Shelf, bob: User, dave: User, erin: User, sign_in: SignIn
) -> None:
    page = address(shelf, name, getattr(shelf, row) if row else None)
    before = list(Entry.objects.values())
    for client in (sign_in(bob), sign_in(erin), sign_in(dave), Client()):
        assert client.post(page, {"title": "Mine", "to": "down"}).status_code == 404
        assert client.get(page).status_code in {404, 405}
    assert list(Entry.objects.values()) == before
    assert ReadingList.objects.get().title == "Compilers"


@pytest.mark.parametrize(("name", "row"), STAFF_ONLY[1:])
def test_staff_of_another_course_find_nothing(
    name: str, row: str, shelf: Shelf, dave: User, sign_in: SignIn
) -> None:
    other = factories.make_course(slug="elsewhere")
    factories.enrol(other, dave, role="instructor")  # type: ignore[arg-type]
    page = reverse(f"reading_lists:{name}", args=["elsewhere", getattr(shelf, row).pk])
    assert sign_in(dave).post(page, {"title": "Mine"}).status_code in {404, 405}


def test_an_assistant_may_put_a_reading_on_the_agenda(
    shelf: Shelf, carol: User, sign_in: SignIn
) -> None:
    reading = factories.make_reading(shelf.course)
    entry = add_entry(section=shelf.papers, reading=reading, title="Relay")
    page = address(shelf, "schedule_entry", entry)
    response = sign_in(carol).post(page, {"meeting": shelf.meeting.pk})
    assert response["Location"] == f"{address(shelf, 'show', shelf.reading_list)}#entry-{entry.pk}"
    item = shelf.meeting.agenda.get(reading=reading)
    assert item.carries_note
    assert "week 3" in said(response)[0]


def test_words_go_on_the_agenda_as_words(shelf: Shelf, alices: Client) -> None:
    alices.post(address(shelf, "schedule_entry", shelf.video), {"meeting": shelf.meeting.pk})
    item = AgendaItem.objects.get(meeting=shelf.meeting, reading=None)
    assert item.text == "A talk about it"
    assert item.links == shelf.video.links


def test_a_reading_stands_once_on_the_agenda_of_a_class(shelf: Shelf, alices: Client) -> None:
    page = address(shelf, "schedule_entry", shelf.tvm)
    response = alices.post(page, {"meeting": shelf.meeting.pk})
    assert "already" in said(response)[0]
    assert shelf.meeting.agenda.count() == 1


def test_a_class_of_another_course_is_not_to_be_chosen(shelf: Shelf, alices: Client) -> None:
    other = factories.make_meeting(factories.make_course())
    response = alices.post(address(shelf, "schedule_entry", shelf.tvm), {"meeting": other.pk})
    assert "Choose a class of this course" in said(response)[0]
    assert not other.agenda.exists()


# --- Adding -------------------------------------------------------------------------------------


def test_a_paste_becomes_entries_a_line(shelf: Shelf, alices: Client) -> None:
    text = """\
- [Attention Is All You Need](https://arxiv.org/abs/1706.03762v5)
Relax: https://arxiv.org/pdf/2311.02103

2310.03714
* A talk - https://example.org/talk?utm_source=x
Tensor Comprehensions: Framework-Agnostic Machine Learning Abstractions
"""
    response = alices.post(
        address(shelf, "add", shelf.reading_list),
        {"text": text, "role": "video", "section": shelf.other.pk},
    )
    assert said(response) == ["5 entries added."]
    found = list(shelf.other.entries.select_related("reading__paper")[1:])
    assert [(entry.title, entry.reading and entry.reading.paper.identifier) for entry in found] == [
        ("Attention Is All You Need", "arXiv:1706.03762"),
        ("Relax", "arXiv:2311.02103"),
        ("", "arXiv:2310.03714"),
        ("A talk", "https://example.org/talk"),
        ("Tensor Comprehensions: Framework-Agnostic Machine Learning Abstractions", None),
    ]
    kinds = [entry.reading.paper.kind for entry in found if entry.reading]
    assert kinds == [PaperKind.PAPER] * 3 + [PaperKind.VIDEO]
    assert TitleMatch.objects.get(entry=found[4]).state == MatchState.OWED


def test_nothing_is_fetched_from_an_address_that_somebody_pasted(
    shelf: Shelf, alices: Client
) -> None:
    alices.post(
        address(shelf, "add", shelf.reading_list),
        {"text": "http://127.0.0.1:1/secret", "role": "post", "section": shelf.other.pk},
    )
    paper = Paper.objects.get(url="http://127.0.0.1:1/secret")
    assert paper.kind == PaperKind.POST
    assert not Fetch.objects.filter(paper=paper).exists()


def test_the_first_entry_of_a_new_list_makes_its_section(shelf: Shelf, alices: Client) -> None:
    response = alices.post(address(shelf, "new"), {"title": "Further reading"})
    made = ReadingList.objects.get(title="Further reading")
    assert response["Location"] == address(shelf, "add", made)
    assert alices.get(response["Location"]).status_code == 200
    alices.post(response["Location"], {"text": "2310.03714", "role": "paper", "section": 0})
    assert made.sections.get().title == ""
    assert made.sections.get().entries.count() == 1


def test_a_list_without_a_name_is_not_made(shelf: Shelf, alices: Client) -> None:
    assert said(alices.post(address(shelf, "new"), {"title": " "})) == [
        "Say what the list is called."
    ]
    assert ReadingList.objects.count() == 1


def test_a_full_list_says_so_and_keeps_what_was_typed(
    shelf: Shelf, alices: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("readings.reading_lists.adding.MAX_ENTRIES", 3)
    response = alices.post(
        address(shelf, "add", shelf.reading_list),
        {"text": "One more title", "role": "paper", "section": shelf.other.pk},
    )
    assert response.status_code == 400
    assert "at most 3 entries" in response.content.decode()
    assert "One more title" in response.content.decode()
    assert Entry.objects.count() == 3


# --- Changing -----------------------------------------------------------------------------------


def change(client: Client, shelf: Shelf, entry: Entry, **fields: Any) -> Any:
    data = {"title": entry.title, "authors": "", "venue": "", "year": "", "links": "",
            "annotation": ""}  # fmt: skip
    return client.post(address(shelf, "entry", entry), data | fields)


def test_an_entry_is_corrected(shelf: Shelf, alices: Client) -> None:
    change(
        alices,
        shelf,
        shelf.tvm,
        title="TVM, again",
        venue="OSDI",
        year=2018,
        links="paper https://arxiv.org/abs/1802.04799\nslides https://example.org/a.pdf The deck",
        annotation="**Read** it.",
    )
    entry = Entry.objects.get(pk=shelf.tvm.pk)
    assert (entry.title, entry.venue, entry.year) == ("TVM, again", "OSDI", 2018)
    assert entry.links == [
        {"role": "paper", "url": "https://arxiv.org/abs/1802.04799", "label": ""},
        {"role": "slides", "url": "https://example.org/a.pdf", "label": "The deck"},
    ]
    assert entry.annotation_html == "<p><strong>Read</strong> it.</p>"
    assert entry.reading == shelf.reading


def test_the_form_shows_links_as_they_are_typed(shelf: Shelf, alices: Client) -> None:
    page = alices.get(address(shelf, "entry", shelf.tvm)).content.decode()
    assert "slides https://example.org/tvm.pdf deck" in page


def test_a_line_without_an_address_is_named(shelf: Shelf, alices: Client) -> None:
    response = change(alices, shelf, shelf.tvm, links="slides javascript:alert(1)")
    assert response.status_code == 400
    assert "There is no web address in “slides javascript:alert(1)”." in response.content.decode()
    assert Entry.objects.get(pk=shelf.tvm.pk).links == shelf.tvm.links


def test_the_first_link_of_an_entry_without_one_becomes_its_reading(
    shelf: Shelf, alices: Client
) -> None:
    change(alices, shelf, shelf.words, links="paper https://arxiv.org/abs/1012.1802")
    entry = Entry.objects.select_related("reading__paper").get(pk=shelf.words.pk)
    assert entry.reading is not None
    assert entry.reading.paper.identifier == "arXiv:1012.1802"


def test_sections_are_named_moved_and_removed_when_empty(shelf: Shelf, alices: Client) -> None:
    alices.post(address(shelf, "add_section", shelf.reading_list), {"title": "Talks"})
    talks = Section.objects.get(title="Talks")
    alices.post(address(shelf, "shift_section", talks), {"to": "up"})
    alices.post(address(shelf, "section", shelf.papers), {"title": "Papers"})
    titles = list(shelf.reading_list.sections.values_list("title", flat=True))
    assert titles == ["Papers", "Talks", shelf.other.title]
    response = alices.post(address(shelf, "remove_section", shelf.papers))
    assert "is not empty" in said(response)[0]
    alices.post(address(shelf, "remove_section", talks))
    assert not Section.objects.filter(title="Talks").exists()
    page = alices.get(address(shelf, "arrange", shelf.reading_list)).content.decode()
    assert 'value="Papers"' in page


def test_a_section_moves_with_the_sections_in_it(shelf: Shelf, alices: Client) -> None:
    make_section(reading_list=shelf.reading_list, title="In it", parent=shelf.other)
    alices.post(address(shelf, "shift_section", shelf.other), {"to": "up"})
    titles = list(shelf.reading_list.sections.values_list("title", flat=True))
    assert titles == [shelf.other.title, "In it", shelf.papers.title]


def test_an_entry_moves_with_those_under_it(shelf: Shelf, alices: Client) -> None:
    alices.post(address(shelf, "move_entry", shelf.tvm), {"section": shelf.other.pk})
    assert list(shelf.other.entries.all()) == [shelf.words, shelf.tvm, shelf.video]
    alices.post(address(shelf, "shift_entry", shelf.tvm), {"to": "up"})
    assert list(shelf.other.entries.all()) == [shelf.tvm, shelf.video, shelf.words]
    assert Entry.objects.get(pk=shelf.video.pk).parent == shelf.tvm


def test_what_is_taken_off_the_list_keeps_its_reading(shelf: Shelf, alices: Client) -> None:
    reading = shelf.reading
    response = alices.post(address(shelf, "remove_entry", shelf.tvm))
    assert "Notes and discussion of it stay" in said(response)[0]
    assert Reading.objects.filter(pk=reading.pk).exists()
    assert Entry.objects.get(pk=shelf.video.pk).parent is None


def test_a_list_is_renamed_and_deleted_and_its_readings_stay(shelf: Shelf, alices: Client) -> None:
    alices.post(address(shelf, "arrange", shelf.reading_list), {"title": "Shelf"})
    assert ReadingList.objects.get().title == "Shelf"
    page = alices.get(address(shelf, "delete", shelf.reading_list)).content.decode()
    assert "3 entries" in page
    assert "1 reading stays in the course" in page
    assert ReadingList.objects.exists()
    alices.post(address(shelf, "delete", shelf.reading_list))
    assert not Entry.objects.exists()
    assert shelf.meeting.agenda.get().reading == shelf.reading


def test_each_change_makes_cached_pages_anew(shelf: Shelf, alices: Client) -> None:
    version = shelf.course.version
    for name, row, data in [
        ("shift_entry", shelf.tvm, {"to": "down"}),
        ("arrange", shelf.reading_list, {"title": "Other"}),
        ("section", shelf.papers, {"title": "Other"}),
        ("remove_entry", shelf.video, {}),
    ]:
        alices.post(address(shelf, name, row), data)
        shelf.course.refresh_from_db()
        if name != "shift_entry":  # it is alone
            assert shelf.course.version > version, name
        version = shelf.course.version


# --- What was found by title --------------------------------------------------------------------


def decide(client: Client, shelf: Shelf, decision: str, **headers: str) -> Any:
    page = address(shelf, "match", shelf.words)
    return client.post(page, {"decision": decision}, headers=headers)


def test_a_proposal_is_taken(shelf: Shelf, alices: Client) -> None:
    propose(shelf.words)
    response = decide(alices, shelf, "take")
    assert response["Location"].endswith("#searches")
    entry = Entry.objects.select_related("reading__paper", "match").get(pk=shelf.words.pk)
    assert entry.reading is not None
    assert entry.reading.paper.arxiv_id == "2002.11054"
    assert entry.match.state == MatchState.TAKEN
    assert Fetch.objects.filter(paper=entry.reading.paper).exists()


def test_a_proposal_is_refused_in_place(shelf: Shelf, alices: Client) -> None:
    propose(shelf.words)
    response = decide(alices, shelf, "refuse", **{"hx-request": "true"})
    page = response.content.decode()
    assert page.startswith('<section id="searches"')
    assert "Is this it?" not in page
    assert TitleMatch.objects.get(entry=shelf.words).state == MatchState.REFUSED
    assert "somebody else has decided" in said(decide(alices, shelf, "take"))[0].lower()


def test_what_was_taken_wrongly_is_taken_back(shelf: Shelf, alices: Client) -> None:
    match = propose(shelf.words)
    take_match(match=match)
    decide(alices, shelf, "take_back")
    entry = Entry.objects.select_related("match").get(pk=shelf.words.pk)
    assert entry.reading is None
    assert entry.match.state == MatchState.REFUSED
    assert not Reading.objects.filter(paper__arxiv_id="2002.11054").exists()


def test_what_people_have_written_about_is_not_taken_back(
    shelf: Shelf, alices: Client, bob: User
) -> None:
    match = propose(shelf.words)
    reading = take_match(match=match)
    factories.make_note(reading, bob)
    response = decide(alices, shelf, "take_back")
    assert "stays" in said(response)[0]
    assert Entry.objects.get(pk=shelf.words.pk).reading == reading
    assert TitleMatch.objects.get(entry=shelf.words).state == MatchState.TAKEN


def test_a_reading_that_is_scheduled_stays_there_when_it_is_taken_back(
    shelf: Shelf, alices: Client, bob: User
) -> None:
    match = propose(shelf.words)
    reading = take_match(match=match)
    factories.put_on_agenda(shelf.meeting, reading)
    factories.make_note(reading, bob)
    decide(alices, shelf, "take_back")
    assert Entry.objects.get(pk=shelf.words.pk).reading is None
    assert shelf.meeting.agenda.filter(reading=reading).exists()


def test_a_reading_on_two_lists_stays_on_the_other(shelf: Shelf) -> None:
    match = propose(shelf.words, arxiv_id="1802.04799")
    assert take_match(match=match) == shelf.reading
    take_back_match(match=match)
    assert Entry.objects.get(pk=shelf.tvm.pk).reading == shelf.reading


def test_a_decision_is_made_once(shelf: Shelf) -> None:
    match = propose(shelf.words)
    take_match(match=match)
    with pytest.raises(NothingProposed):
        take_match(match=match)
    assert Reading.objects.filter(paper__arxiv_id="2002.11054").count() == 1


@pytest.mark.parametrize("state", MatchState.values)
def test_the_page_of_an_entry_says_how_the_search_went(
    state: str, shelf: Shelf, alices: Client
) -> None:
    propose(shelf.words, state=state)
    page = alices.get(address(shelf, "entry", shelf.words)).content.decode()
    assert "Looked for by its title" in page
