"""A schedule as Markdown, and that it is read back as what it was."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings

from readings.exports.markdown import schedule_markdown
from readings.exports.term import Options, Term, Work, beside, shown_agenda
from readings.imports.parsing import parse
from readings.imports.understood import Item, Link, Session
from tests.exports.courses import terms

SEP_8, SEP_10, SEP_15 = (dt.date(2025, 9, day) for day in (8, 10, 15))


def told(term: Term, options: Options, *, sessions: list[Session] | None = None) -> list[object]:
    """What a schedule says, without lines and spellings."""
    if sessions is None:
        return [
            (one.date, one.week, _time(one, term), one.status,
             [_item(item, term, options) for item in shown_agenda(one, options)])
            for one in term.sessions
        ]  # fmt: skip
    return [
        (one.date, one.week, one.time, one.status,
         [_item(item, term, options) for item in [*one.agenda, *map(_loose, one.links)]])
        for one in sessions
    ]  # fmt: skip


def _loose(link: Link) -> Item:
    return Item(kind="other", line=1, text=link.label or link.url, links=[link])


def _time(session: Session, term: Term) -> str | None:
    is_said = any(one.time not in {None, term.usual_time} for one in term.sessions)
    return session.time if is_said else None


def _item(item: Item, term: Term, options: Options) -> object:
    work = term.works.get(item.identity) if item.identity else None
    name = item.label or item.title
    is_news = name and not (work and _letters(name) == _letters(work.title))
    return (
        item.kind,
        item.stage,
        item.identity,
        name if is_news else None,
        item.text,
        item.required,
        item.presenters if options.presenters else [],
        sorted(link.url for link in beside(item, options)),
    )


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def table(text: str) -> list[str]:
    """The lines of the table."""
    return [line for line in text.splitlines() if line.startswith("|")]


def a_reading(label: str | None, arxiv_id: str = "2310.03714", **fields: object) -> Item:
    return Item(kind="papers", line=1, label=label, identifiers={"arxiv": arxiv_id}, **fields)  # type: ignore[arg-type]


def a_term(*sessions: Session, **fields: object) -> Term:
    works = {
        ("arxiv", "2310.03714"): Work(
            "DSPy: Compiling Declarative Calls", "https://arxiv.org/abs/2310.03714",
            ("Omar Khattab", "Arnav Singhvi", "Paridhi Maheshwari"), 2023,
        ),
        ("arxiv", "1802.04799"): Work(
            "TVM", "https://arxiv.org/abs/1802.04799", ("Tianqi Chen", "Thierry Moreau"), 2018
        ),
    }  # fmt: skip
    return Term("Compilers", sessions=sessions, works=works, **fields)  # type: ignore[arg-type]


def a_class(date: dt.date | None, *agenda: Item, **fields: object) -> Session:
    return Session(
        week=fields.pop("week", 1),  # type: ignore[arg-type]
        date_text="",
        line=1,
        date=date,
        agenda=list(agenda),
        **fields,  # type: ignore[arg-type]
    )


def words(text: str, kind: str = "other", **fields: object) -> Item:
    return Item(kind=kind, line=1, text=text, **fields)  # type: ignore[arg-type]


# --- How it looks -------------------------------------------------------------------------------


def test_a_week_is_a_row_with_its_classes_parted_by_breaks() -> None:
    notes = Link("https://example.org/n", "notes", "DSPy Notes")
    term = a_term(
        a_class(SEP_8, words("Open", "open")),
        a_class(SEP_10, a_reading("DSPy", links=[notes]), a_reading("TVM", "1802.04799")),
    )

    assert table(schedule_markdown(term)) == [
        "| Week | Topics | Description | Notes |",
        "|---|---|---|---|",
        "| **Sep 8-10** | [Open]<br>[DSPy](https://arxiv.org/abs/2310.03714), "
        "[TVM](https://arxiv.org/abs/1802.04799) | Papers and Discussion | "
        "<br>[DSPy Notes](https://example.org/n) |",
    ]


def test_authors_and_years_are_said_on_request() -> None:
    term = a_term(a_class(SEP_8, a_reading("DSPy"), a_reading("TVM", "1802.04799")))

    both = schedule_markdown(term, Options(authors=True, years=True))
    years = schedule_markdown(term, Options(years=True))

    assert "| Khattab et al., 2023; Chen and Moreau, 2018 |" in both
    assert "| 2023; 2018 |" in years
    assert "Khattab" not in schedule_markdown(term)
    assert told(term, Options()) == told(term, Options(), sessions=parse(both).meetings)
    assert parse(both).problems == []


def test_links_to_notes_and_presenters_can_be_left_out() -> None:
    notes = Link("https://example.org/n", "notes", "DSPy Notes")
    slides = Link("https://example.org/s.pdf", "slides")
    item = a_reading("DSPy", links=[notes, slides], presenters=["Bob"])
    term = a_term(a_class(SEP_8, item))

    assert "Bob" in schedule_markdown(term)
    bare = schedule_markdown(term, Options(notes=False, presenters=False))

    assert "Notes" not in bare
    assert "Bob" not in bare
    assert "[[slides]](https://example.org/s.pdf)" in bare


def test_a_paper_without_a_label_is_called_by_its_title() -> None:
    term = a_term(a_class(SEP_8, a_reading(None)))

    text = schedule_markdown(term)

    assert "[DSPy: Compiling Declarative Calls](https://arxiv.org/abs/2310.03714)" in text


def test_the_year_stands_in_the_heading_and_is_read_from_it() -> None:
    term = a_term(a_class(SEP_8, words("Introduction", "lecture")), name="Fall 2025")

    text = schedule_markdown(term)

    assert "## Schedule, Fall 2025\n" in text
    assert "**Sep 8**" in text
    assert parse(text).meetings[0].date == SEP_8


def test_dates_that_would_be_read_differently_are_written_whole() -> None:
    long_ago = a_class(dt.date(2019, 3, 5), words("Introduction", "lecture"))
    now = a_class(SEP_8, words("Introduction", "lecture"), week=2)

    text = schedule_markdown(a_term(long_ago, now))

    assert "| 2019-03-05 |" in text
    assert [one.date for one in parse(text).meetings] == [dt.date(2019, 3, 5), SEP_8]


def test_a_course_without_dates_says_its_weeks() -> None:
    first = a_class(None, words("Introduction", "lecture"))
    third = a_class(None, a_reading("DSPy"), week=3)

    text = schedule_markdown(a_term(first, third))

    assert "| Week 3 | [DSPy]" in text
    assert [one.week for one in parse(text).meetings] == [1, 3]


def test_what_a_plain_row_cannot_say_is_said_in_a_comment() -> None:
    term = a_term(a_class(SEP_8, a_reading("DSPy"), status="holiday"))

    text = schedule_markdown(term)

    assert "| 2025-09-08 (Holiday) | <!-- Seminar: holiday, reading, papers --> [DSPy]" in text
    (read,) = parse(text).meetings
    assert (read.status, read.agenda[0].label) == ("holiday", "DSPy")


def test_rows_that_are_hard_to_say_leave_the_others_as_they_are() -> None:
    term = a_term(
        a_class(SEP_8, words("Introduction", "lecture")),
        a_class(SEP_15, words("Group Presentations", "lecture"), week=2),
    )

    first, second = table(schedule_markdown(term))[2:]

    assert first == "| **Sep 8** | Introduction | Lecture |"
    assert second.startswith("| 2025-09-15 | <!-- Seminar: class, words, lecture -->")


def test_an_empty_course_says_so() -> None:
    assert schedule_markdown(a_term()) == "# Compilers\n\n## Schedule\n\nNothing is planned yet.\n"


@pytest.mark.parametrize(
    "hostile", ["a | b", "[x](http://e.org)", "<script>", "`a", "**b**", "a\nb", "---", "&lt;"]
)
def test_words_stay_what_they_are(hostile: str) -> None:
    term = a_term(a_class(SEP_8, words(hostile, "lecture"), a_reading(hostile)))

    (read,) = parse(schedule_markdown(term)).meetings

    assert [item.name for item in read.agenda] == [" ".join(hostile.split())] * 2


# --- Back again ---------------------------------------------------------------------------------


@settings(max_examples=25)
@given(terms())
def test_whatever_is_exported_is_read_back(term: Term) -> None:
    for options in (Options(), Options(authors=True, years=True, notes=False, presenters=False)):
        text = schedule_markdown(term, options)
        assert told(term, options, sessions=parse(text).meetings) == told(term, options)


@settings(max_examples=25)
@given(terms())
def test_what_was_read_back_is_exported_in_the_same_words(term: Term) -> None:
    text = schedule_markdown(term)
    sessions = [
        replace(one, agenda=[*one.agenda, *map(_loose, one.links)]) for one in parse(text).meetings
    ]

    assert schedule_markdown(replace(term, sessions=sessions)) == text
