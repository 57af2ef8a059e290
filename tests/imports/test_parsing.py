"""What a schedule is understood to say."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from readings.imports.parsing import parse
from readings.imports.understood import Item, Session, Understood
from readings.schedule.models import Kind, LinkRole, Stage, Status
from tests.imports.samples import sample, table

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def understood() -> Understood:
    return parse(sample())


def on(understood: Understood, month: int, day: int) -> Session:
    (found,) = (one for one in understood.meetings if one.date == dt.date(2025, month, day))
    return found


def messages(understood: Understood, line: int | None = None) -> list[str]:
    return [
        problem.message for problem in understood.problems if line is None or problem.line == line
    ]


def words(session: Session) -> list[tuple[str, str | None, str | None]]:
    return [(item.kind, item.stage, item.text) for item in session.agenda]


def papers(understood: Understood) -> list[Item]:
    return [item for one in understood.meetings for item in one.agenda if item.identity]


# --- The whole sample -------------------------------------------------------------------------


def test_the_sample_has_its_weeks_meetings_and_readings(understood: Understood) -> None:
    assert understood.format == "markdown-table"
    assert understood.title == "Reading Systems Papers"
    assert len(understood.meetings) == 24
    assert [one.week for one in understood.meetings[::2]] == list(range(1, 13))
    assert {one.date.weekday() for one in understood.meetings if one.date} == {0, 2}
    assert len(papers(understood)) == 9


def test_two_meetings_of_a_row_keep_its_line_and_its_words(understood: Understood) -> None:
    monday, wednesday = on(understood, 9, 29), on(understood, 10, 1)
    assert monday.week == wednesday.week == 5
    assert monday.line == wednesday.line == 14
    assert monday.date_text == wednesday.date_text == "Sep 29 - Oct 1"


def test_holidays_stand_where_they_are(understood: Understood) -> None:
    holidays = [one for one in understood.meetings if one.status == "holiday"]
    assert [one.date for one in holidays] == [
        dt.date(2025, 9, 1),
        dt.date(2025, 10, 6),
        dt.date(2025, 11, 26),
    ]
    assert [one.agenda[0].text for one in holidays] == [
        "Labor Day",
        "Fall Break",
        "Thanksgiving Recess",
    ]


def test_words_in_brackets_are_words(understood: Understood) -> None:
    assert words(on(understood, 9, 8)) == [("open", None, "Open")]
    zeta, guest = on(understood, 10, 8).agenda
    assert (zeta.label, zeta.identifiers) == ("Zeta", {"arxiv": "2505.00005"})
    assert (guest.kind, guest.text) == ("guest", "Guest from Industry?")


def test_kinds_and_stages_come_from_words_and_description(understood: Understood) -> None:
    assert words(on(understood, 8, 27)) == [("lecture", None, "Storage from Afar")]
    assert words(on(understood, 9, 29)) == [("presentations", "pitch", "Group Presentations")]
    assert words(on(understood, 11, 3)) == [("presentations", "update", "Group Presentations")]
    assert words(on(understood, 11, 24)) == [("flex", None, "Flex Day")]
    assert words(on(understood, 12, 1)) == [
        ("presentations", "final", "Final Project Presentations")
    ]
    assert words(on(understood, 12, 3)) == [("lecture", None, "Wrap-up & What Comes Next")]


def test_the_same_words_are_the_same_thing_where_the_description_is_wrong(
    understood: Understood,
) -> None:
    assert words(on(understood, 10, 13)) == [("tech_talk", None, "Code Walk")]
    assert words(on(understood, 11, 17)) == [("tech_talk", None, "Code Walk")]
    assert "differently in line 16" in messages(understood, 19)[0]


def test_a_comma_parts_two_papers(understood: Understood) -> None:
    alpha, beta = on(understood, 9, 10).agenda
    assert (alpha.label, alpha.identifiers) == ("Alpha", {"arxiv": "2001.00001"})
    assert (beta.label, beta.identifiers) == ("Beta", {"arxiv": "2002.00002", "arxiv_version": 3})


def test_what_is_read_of_a_paper_stays_with_it(understood: Understood) -> None:
    eta, theta = on(understood, 10, 20).agenda
    assert (eta.label, eta.text) == ("Eta", "sections 1-3")
    assert (theta.label, theta.text) == ("Theta", None)


def test_notes_go_to_the_reading_they_name(understood: Understood) -> None:
    noted = {
        item.label: [link.url for link in item.links if link.role == "notes"]
        for item in papers(understood)
    }
    assert noted["Alpha"] == ["https://example.org/notes/alpha"]
    assert noted["Gamma2"] == ["https://example.org/notes/gamma"]
    assert noted["Epsilon"] == ["https://example.org/notes/epsilon"]
    assert noted["Delta"] == []


def test_notes_that_name_no_reading_stay_with_the_meeting(understood: Understood) -> None:
    assert [link.label for link in on(understood, 9, 17).links + on(understood, 9, 15).links] == [
        "Omega Notes"
    ]
    assert any("Omega Notes" in message for message in messages(understood, 13))


def test_ids_in_running_text_are_mentions(understood: Understood) -> None:
    assert [(one.identifiers, one.line) for one in understood.mentions] == [
        ({"arxiv": "1409.1556"}, 4)
    ]


def test_a_stray_backtick_and_a_missing_cell_are_no_problems(understood: Understood) -> None:
    assert sample().split("\n")[14].endswith("`")
    assert messages(understood, 15) == []
    assert not sample().split("\n")[16].endswith("|")
    assert messages(understood, 17) == []
    assert {problem.severity for problem in understood.problems} == {"warning"}


# --- The JSON ---------------------------------------------------------------------------------


def test_the_json_has_the_documented_keys(understood: Understood) -> None:
    stored = json.loads(json.dumps(understood.to_json()))
    assert list(stored)[:3] == ["format", "title", "year"]
    assert {"meetings", "entries", "mentions", "problems"} < set(stored)
    meeting = stored["meetings"][5]
    assert {
        key: meeting[key] for key in ("week", "date", "date_text", "time", "status", "line")
    } == {
        "week": 3,
        "date": "2025-09-10",
        "date_text": "Sep 8-10",
        "time": None,
        "status": "class",
        "line": 12,
    }
    item = meeting["agenda"][0]
    assert {"kind", "stage", "label", "title", "text", "identifiers", "links"} < set(item)
    assert item["links"] == [
        {"url": "https://arxiv.org/pdf/2001.00001", "role": "paper", "label": "Alpha"},
        {"url": "https://example.org/notes/alpha", "role": "notes", "label": "Alpha Notes"},
    ]
    assert set(stored["problems"][0]) == {"line", "severity", "message"}


def test_the_json_is_read_back(understood: Understood) -> None:
    stored = json.loads(json.dumps(understood.to_json()))
    assert Understood.from_json(stored) == understood


def test_its_words_are_those_of_the_models(understood: Understood) -> None:
    items = [item for one in understood.meetings for item in one.agenda]
    assert {item.kind for item in items} <= set(Kind.values)
    assert {item.stage for item in items if item.stage} <= set(Stage.values)
    assert {link.role for item in items for link in item.links} <= set(LinkRole.values)
    assert {one.status for one in understood.meetings} <= set(Status.values)


# --- Rows -------------------------------------------------------------------------------------


def rows(*lines: str) -> Understood:
    return parse(table(*lines), year=2025)


def test_fewer_parts_than_dates_are_reported() -> None:
    understood = rows("| Sep 8-10 | Only one thing | Lecture | |")
    monday, wednesday = understood.meetings
    assert words(monday) == [("lecture", None, "Only one thing")]
    assert wednesday.agenda == []
    assert "Sep 8 and Sep 10 but has only one part" in messages(understood, 3)[0]


def test_more_parts_than_dates_are_reported_and_kept() -> None:
    understood = rows("| Sep 8-10 | A<br>B<br>C | Lecture | |")
    assert [item.text for item in understood.meetings[1].agenda] == ["B", "C"]
    assert "3 parts" in messages(understood, 3)[0]


def test_three_parts_in_a_week_are_three_meetings() -> None:
    understood = rows("| Sep 8-12 | A<br>B<br>C | Lecture | |")
    assert [one.date and one.date.day for one in understood.meetings] == [8, 10, 12]


def test_one_part_in_a_whole_week_is_one_meeting() -> None:
    understood = rows("| Sep 8-12 | A | Lecture | |")
    assert [one.date and one.date.day for one in understood.meetings] == [8]
    assert "Which day" in messages(understood, 3)[0]


def test_a_break_alone_is_that_of_both_meetings() -> None:
    understood = rows("| Mar 3-5 | Spring Break | | |")
    assert [one.status for one in understood.meetings] == ["holiday", "holiday"]
    assert messages(understood, 3) == []


def test_a_day_off_alone_is_that_of_the_first_meeting() -> None:
    understood = rows("| Sep 1-3 | Labor Day (Holiday) | | |")
    assert [one.status for one in understood.meetings] == ["holiday", "class"]
    assert "only one part" in messages(understood, 3)[0]


def test_line_breaks_in_a_row_of_one_date_part_its_agenda() -> None:
    understood = rows("| Sep 8 | [A](https://arxiv.org/abs/2001.00001)<br/>Then we talk | | |")
    (session,) = understood.meetings
    assert [item.name for item in session.agenda] == ["A", "Then we talk"]
    assert messages(understood, 3) == []


def test_a_row_without_a_date_goes_on_with_the_one_above() -> None:
    understood = rows("| Sep 8 | A | Lecture | |", "| | B | | |")
    (session,) = understood.meetings
    assert [(item.text, item.line) for item in session.agenda] == [("A", 3), ("B", 4)]


def test_a_first_row_without_a_date_is_a_problem() -> None:
    understood = rows("| | B | | |", "| Sep 8 | A | Lecture | |")
    assert "no date" in messages(understood, 3)[0]
    assert len(understood.meetings) == 1


def test_a_date_that_does_not_exist_keeps_its_meeting() -> None:
    understood = rows(
        "| Sep 29-31 | [A](https://arxiv.org/abs/2001.00001)<br>B | Papers | |",
        "| Oct 6 | C | Lecture | |",
    )
    first, second, third = understood.meetings
    assert (first.date, second.date) == (dt.date(2025, 9, 29), None)
    assert second.date_text == "Sep 29-31"
    assert third.date == dt.date(2025, 10, 6)
    (problem,) = (one for one in understood.problems if one.severity == "error")
    assert (problem.line, problem.message[:22]) == (3, "Sep 31 does not exist;")


def test_the_29th_of_february_exists_in_leap_years_only() -> None:
    text = table("| Feb 27 | A | Lecture | |", "| Feb 29 | B | Lecture | |")
    assert "Feb 29 does not exist in 2025." in messages(parse(text, year=2025), 4)
    assert parse(text, year=2024).meetings[1].date == dt.date(2024, 2, 29)


def test_words_in_the_date_column_leave_the_meeting_without_a_date() -> None:
    understood = rows("| Sep 8 | A | Lecture | |", "| TBD | B | Lecture | |")
    assert understood.meetings[1].date is None
    assert understood.meetings[1].date_text == "TBD"
    assert "names no day" in messages(understood, 4)[0]


def test_slips_in_dates_are_pointed_out() -> None:
    days = ["Sep 8", "Sep 10", "Sep 15", "Sep 17", "Sep 23", "Sep 24", "Sep 22", "Mon Oct 1"]
    understood = rows(*(f"| {day} | x | Lecture | |" for day in days))
    assert "Sep 23 is a Tuesday; the others are Mondays and Wednesdays." in messages(understood, 7)
    assert "Sep 22 stands after a later date." in messages(understood, 9)
    assert "Oct 1 is a Wednesday in 2025, not a Monday." in messages(understood, 10)


def test_the_same_paper_twice_is_on_the_agenda_twice() -> None:
    understood = rows(
        "| Sep 8 | [A](https://arxiv.org/abs/2001.00001) | Papers | |",
        "| Sep 10 | [A](https://arxiv.org/pdf/2001.00001v2.pdf) | Papers | |",
    )
    assert {item.identity for item in papers(understood)} == {("arxiv", "2001.00001")}
    assert len(papers(understood)) == 2


def test_a_row_with_too_many_cells_is_named_and_the_rest_understood() -> None:
    understood = rows(
        "| Sep 8 | [A | B](https://arxiv.org/abs/2001.00001) | Papers | | rest |",
        "| Sep 10 | C | Lecture | |",
    )
    (problem,) = (one for one in understood.problems if one.severity == "error")
    assert (problem.line, "more cells" in problem.message) == (3, True)
    assert understood.meetings[1].agenda[0].text == "C"
    assert "2001.00001" in {one.identifiers["arxiv"] for one in understood.mentions}


def test_an_unclosed_link_is_still_its_paper() -> None:
    understood = rows("| Sep 8 | [A](https://arxiv.org/abs/2001.00001 | Papers | |")
    (item,) = papers(understood)
    assert (item.label, item.identifiers) == ("A", {"arxiv": "2001.00001"})


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("[A](https://arxiv.org/abs/2001.00001) & [B](https://doi.org/10.1145/1)", "A|B"),
        ("[A](https://arxiv.org/abs/2001.00001) [B](https://doi.org/10.1145/1)", "A|B"),
        ("[A](https://arxiv.org/abs/2001.00001); and [B](https://doi.org/10.1145/1)", "A|B"),
        (
            "[A](https://arxiv.org/abs/2001.00001), a demo, [B](https://doi.org/10.1145/1)",
            "A|a demo|B",
        ),
        ("**[A](https://arxiv.org/abs/2001.00001)**", "A"),
        (
            "A title, with a comma [[pdf](https://arxiv.org/pdf/2001.00001)]",
            "A title, with a comma",
        ),
        ("A title [[pdf]](https://arxiv.org/pdf/2001.00001)", "A title"),
        ("A title (https://arxiv.org/abs/2001.00001)", "A title"),
        ("A title, arXiv:2001.00001", "A title"),
        ("https://arxiv.org/abs/2001.00001", ""),
        ("arXiv:2001.00001, arXiv:2001.00002", "|"),
        ("[A](https://arxiv.org/abs/2001.00001) [pdf](https://arxiv.org/pdf/2001.00001)", "A"),
        ("[A](https://doi.org/10.1145/1) [arXiv](https://arxiv.org/abs/2001.00001)", "A"),
        ("A [[pdf](https://arxiv.org/pdf/2001.00001)], B [[pdf](https://x.org/b.pdf)]", "A|B"),
        ('<a href="https://arxiv.org/abs/2001.00001">A</a>', "A"),
        ("Reading: [A](https://arxiv.org/abs/2001.00001)", "A"),
        ("Talk by Ann: [A](https://arxiv.org/abs/2001.00001)", "Talk by Ann|A"),
        ("[A][1]", "A"),
    ],
)
def test_ways_to_write_papers(cell: str, names: str) -> None:
    text = table(f"| Sep 8 | {cell} | Papers | |") + "\n[1]: https://arxiv.org/abs/2001.00001\n"
    understood = parse(text, year=2025)
    items = understood.meetings[0].agenda
    assert [item.name for item in items] == names.split("|")
    assert "2001.00001" in {item.identifiers.get("arxiv") for item in items}


def test_slides_beside_a_paper_belong_to_it() -> None:
    understood = rows(
        "| Sep 8 | [A](https://arxiv.org/abs/2001.00001) [[slides](https://x.org/s.pdf)]"
        " [code](https://github.com/x/y) | Papers | |"
    )
    (item,) = papers(understood)
    assert [link.role for link in item.links] == ["paper", "slides", "code"]


def test_optional_papers_are_optional() -> None:
    understood = rows(
        "| Sep 8 | [A](https://arxiv.org/abs/2001.00001), optional:"
        " [B](https://arxiv.org/abs/2001.00002) | Papers | |"
    )
    assert [item.required for item in papers(understood)] == [True, False]


def test_links_that_are_no_papers_stay_with_their_words() -> None:
    understood = rows("| Sep 8 | [Welcome](https://x.org/intro) | Lecture | |")
    (item,) = understood.meetings[0].agenda
    assert (item.kind, item.text, item.identity) == ("lecture", "Welcome", None)
    assert [link.url for link in item.links] == ["https://x.org/intro"]


def test_where_papers_are_expected_any_page_is_one() -> None:
    understood = rows("| Sep 8 | [A post](https://blog.example.org/a#top) | Papers | |")
    (item,) = papers(understood)
    assert item.identifiers == {"url": "https://blog.example.org/a"}
    assert item.links[0].role == "post"


def test_columns_in_any_order_and_more_of_them() -> None:
    head = "| Papers | Slides | Presenter | When | Type | Due |"
    row = (
        "| [A](https://arxiv.org/abs/2001.00001), [B](https://arxiv.org/abs/2001.00002)"
        " | [A slides](https://x.org/a.pdf) | Ann & Ben | Mon 9/8, 10:30am | Discussion | HW1 |"
    )
    understood = parse(table(row, head=head), year=2025)
    (session,) = understood.meetings
    assert (session.date, session.time) == (dt.date(2025, 9, 8), "10:30")
    first, second, due = session.agenda
    assert (first.presenters, second.presenters) == (["Ann"], ["Ben"])
    assert [link.role for link in first.links] == ["paper", "slides"]
    assert (due.kind, due.text) == ("other", "Due: HW1")
    assert messages(understood) == []


def test_weeks_that_are_numbered_keep_their_numbers() -> None:
    head = "| Week | Date | Topic |"
    rows = ["| 1 | Sep 8 | A |", "| 1 | Sep 10 | B |", "| 3 | Sep 22 | C |"]
    understood = parse(table(*rows, head=head), year=2025)
    assert [one.week for one in understood.meetings] == [1, 1, 3]


def test_weeks_without_numbers_count_the_weeks_of_the_calendar() -> None:
    days = ["Sep 8", "Sep 10", "Sep 15", "Sep 29"]
    understood = rows(*(f"| {day} | x | Lecture | |" for day in days))
    assert [one.week for one in understood.meetings] == [1, 1, 2, 3]


def test_headings_inside_a_table_are_the_topic_of_what_follows() -> None:
    understood = rows(
        "| Sep 8 | A | | |",
        "| | **Part Two** | | |",
        "| Sep 10 | B | | |",
        "| | C | | |",
        "| **Part Three** | | | |",
        "| Sep 15 | D | | |",
    )
    assert [one.topic for one in understood.meetings] == [None, "Part Two", "Part Three"]
    assert [item.text for item in understood.meetings[1].agenda] == ["B", "C"]
    assert understood.problems == []


def test_a_second_head_inside_a_table_is_skipped() -> None:
    understood = rows(
        "| Sep 8 | A | | |", "| Date | Topics | Description | Notes |", "|---|---|---|---|",
        "| Sep 10 | B | | |",
    )  # fmt: skip
    assert [item.text for one in understood.meetings for item in one.agenda] == ["A", "B"]


# --- Tables that are none ---------------------------------------------------------------------


def test_a_table_without_outer_pipes() -> None:
    text = "Date | Topics\n--- | ---\nSep 8 | A\nSep 10 | B\n"
    understood = parse(text, year=2025)
    assert [one.agenda[0].text for one in understood.meetings] == ["A", "B"]
    assert understood.problems == []


def test_a_table_without_its_dashes_is_read_and_said_to_be_so() -> None:
    text = "| Date | Topics |\n| Sep 8 | A |\n| Sep 10 | B |\n"
    understood = parse(text, year=2025)
    assert [one.agenda[0].text for one in understood.meetings] == ["A", "B"]
    assert "no line of dashes" in messages(understood, 1)[0]


def test_rows_without_a_head_are_read_by_what_stands_in_them() -> None:
    body = "\n".join(line for line in sample().split("\n") if line.startswith("| **"))
    understood = parse(body, year=2025)
    whole = parse(sample(), year=2025)
    assert [words(one) for one in understood.meetings] == [words(one) for one in whole.meetings]


def test_a_table_that_goes_on_after_a_blank_line() -> None:
    text = sample().replace("| **Oct 6-8**", "\n| **Oct 6-8**")
    understood = parse(text)
    whole = parse(sample())
    assert [(one.date, words(one)) for one in understood.meetings] == [
        (one.date, words(one)) for one in whole.meetings
    ]


def test_half_a_table_is_half_understood() -> None:
    whole = sample()
    text = whole[: whole.index("(https://dl.acm.org")]
    understood = parse(text)
    assert [one.date for one in understood.meetings][:6] == [
        one.date for one in parse(whole).meetings
    ][:6]
    assert on(understood, 9, 10).agenda[1].label == "Beta"


def test_a_head_alone_is_no_schedule() -> None:
    understood = parse("| Date | Topics |\n|---|---|\n")
    assert understood.meetings == []
    assert messages(understood) == [
        "No table of this document is a schedule, and it has no list of readings."
    ]


def test_no_table() -> None:
    understood = parse("# A list\n\n- [A](https://arxiv.org/abs/2001.00001)\n")
    assert understood.format == "markdown-list"
    assert (understood.meetings, understood.mentions, understood.problems) == ([], [], [])
    assert [entry.identity for entry in understood.entries] == [("arxiv", "2001.00001")]


def test_a_schedule_and_a_list_in_one_document_are_both_read() -> None:
    text = sample() + "\n## Further reading\n\n- [A](https://arxiv.org/abs/2009.00001)\n"
    understood = parse(text)
    assert understood.format == "markdown"
    assert len(understood.meetings) == 24
    assert [entry.identity for entry in understood.entries] == [("arxiv", "2009.00001")]


def test_other_tables_are_left_alone() -> None:
    text = "| Name | Room |\n|---|---|\n| Ann | 4820 |\n\n" + sample()
    understood = parse(text)
    assert len(understood.meetings) == 24
    assert messages(understood, 1) == []


def test_a_schedule_in_a_quote_is_one() -> None:
    text = "\n".join(f"> {line}" for line in sample().split("\n"))
    understood = parse(text)
    assert len(understood.meetings) == 24
    assert understood.problems == parse(sample()).problems
