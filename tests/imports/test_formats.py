"""Every shape of a schedule, as the sites of courses have them."""

from __future__ import annotations

import datetime as dt

import pytest

from readings.imports.formats import FORMATS, recognise
from readings.imports.parsing import parse
from readings.imports.understood import Entry, Item, Understood
from tests.imports.samples import sample, table

pytestmark = pytest.mark.once

TVM = "https://arxiv.org/abs/1802.04799"
RELAY = "https://arxiv.org/abs/1904.08368"
DSPY = "https://arxiv.org/abs/2310.03714"


def agenda(understood: Understood) -> list[tuple[str | None, list[str]]]:
    return [
        (one.date.isoformat() if one.date else None, [item.name for item in one.agenda])
        for one in understood.meetings
    ]


def items(understood: Understood) -> list[Item]:
    return [item for one in understood.meetings for item in one.agenda]


def named(entries: list[Entry]) -> list[tuple[str | None, tuple[str, str] | None]]:
    return [(entry.title, entry.identity) for entry in entries]


# --- Recognition ------------------------------------------------------------------------------

SHAPES = {
    "markdown": "# A seminar\n\nWe read [a paper](https://arxiv.org/abs/1802.04799).\n",
    "markdown-definitions": f"Mon Sep 8\n: [TVM]({TVM})\n",
    "yaml": "- date: 2025-09-08\n  title: TVM\n  link: https://arxiv.org/abs/1802.04799\n",
    "toml": '[[sessions]]\ndate = 2025-09-08\ntitle = "TVM"\n',
    "csv": "Date,Topic,Link\nSep 8,TVM,https://arxiv.org/abs/1802.04799\n",
    "html": "<table><tr><th>Date</th><th>Topic</th></tr><tr><td>Sep 8</td><td>A</td></tr></table>",
    "bibtex": "% ours\n@article{tvm,\n  title = {TVM},\n}\n",
    "ris": "TY  - CONF\nTI  - TVM\nER  - \n",
    "csl-json": '[{"type": "paper-conference", "title": "TVM", "DOI": "10.1145/1"}]',
    "json": '{"sessions": [{"date": "2025-09-08", "title": "TVM"}]}',
    "links": "https://arxiv.org/abs/1802.04799\narXiv:1904.08368\n",
}


@pytest.mark.parametrize("name", SHAPES)
def test_what_a_document_is_shows_in_it(name: str) -> None:
    assert recognise(SHAPES[name]) == name
    assert recognise(SHAPES[name], "pasted.txt") == name


def test_every_recognised_format_can_be_chosen() -> None:
    assert set(SHAPES) <= {name for name, _label in FORMATS}


@pytest.mark.parametrize(
    "text",
    [
        "Read this: it is good.\n\n- Paper: [TVM](https://x.org/1.pdf)\n- Note: none\n- By: Ann\n",
        "<p align=center><img src=x></p>\n\n# A\n\n| Date | Topic |\n|---|---|\n| Sep 8 | A |\n",
        "<!-- hidden -->\n\n# Course\n\n- [TVM](https://arxiv.org/abs/1802.04799)\n",
        "---\ntitle: Course\nlayout: page\n---\n\n# Course\n\n- [TVM](https://arxiv.org/abs/1)\n",
        "One, two, three.\nFour, five, six.\nSeven, eight, nine.\n",
        "# Course\n\nCite us:\n\n```bibtex\n@article{a, title={A}}\n```\n\n- [TVM](https://x.org/1)\n",
        "[TVM](https://arxiv.org/abs/1802.04799), [Relay](https://arxiv.org/abs/1904.08368)\n",
    ],
)
def test_what_only_looks_like_data_is_markdown(text: str) -> None:
    assert recognise(text) == "markdown"


def test_a_files_name_decides_where_its_content_does_not() -> None:
    text = "a;b\n1;2\n"
    assert recognise(text) == "markdown"
    assert recognise(text, "schedule.csv") == "csv"
    assert recognise(sample(), "schedule.txt") == "markdown"


def test_a_person_may_say_what_it_is() -> None:
    text = table(f"| Sep 8 | [TVM]({TVM}) | Papers | |")
    as_list = parse(text, year=2025, format="markdown-list")
    assert (as_list.format, as_list.meetings) == ("markdown-list", [])
    assert [entry.identity for entry in as_list.entries] == [("arxiv", "1802.04799")]
    as_schedule = parse(text, year=2025, format="markdown-table")
    assert (len(as_schedule.meetings), as_schedule.entries) == (1, [])


def test_what_is_not_what_a_person_says_is_told_so() -> None:
    (problem,) = parse(sample(), format="bibtex").problems
    assert problem.severity == "error"
    assert problem.message == (
        "Read as BibTeX, this document has no meeting and no entry. It looks like Markdown."
    )
    (problem,) = parse("- {", format="yaml").problems
    assert (problem.line, problem.message[:25]) == (1, "This is not correct YAML:")
    assert "no format “docx”" in parse(sample(), format="docx").problems[0].message


# --- YAML, TOML, JSON -------------------------------------------------------------------------

FRONT = f"""---
layout: page
semester: "Fall 2024"
sessions:
  - date: "08/28/2024"
    presenter: "Ann Lee and Bo Park"
    title: "Tuning --- learning from the machine"
    authors: "T. Chen (Washington), L. Zheng (SJTU)"
    venue: "OSDI '18"
    link: "{TVM}"

  - date: "09/04/2024"
    title: "Ann's project presentation"
---

# About

We meet in room 4820. Ask [Ann](mailto:ann@example.org).
"""


def test_sessions_in_front_matter_are_meetings() -> None:
    understood = parse(FRONT, filename="fall24.md")
    assert (understood.format, understood.year) == ("yaml", 2024)
    assert agenda(understood) == [
        ("2024-08-28", ["Tuning --- learning from the machine"]),
        ("2024-09-04", ["Ann's project presentation"]),
    ]
    first, second = items(understood)
    assert first.identifiers == {"arxiv": "1802.04799"}
    assert first.presenters == ["Ann Lee", "Bo Park"]
    assert (first.authors, first.venue) == ("T. Chen (Washington), L. Zheng (SJTU)", "OSDI '18")
    assert (first.line, second.line) == (5, 12)
    assert (second.kind, second.identity) == ("presentations", None)
    assert understood.problems == []


def test_talks_from_last_to_first_are_turned_round() -> None:
    text = (
        "- type: Schedule\n  members:\n"
        "    - speaker: Cy (Acme)\n      date: M 10/20/25\n      title: 'On agents'\n"
        "      livestream: https://youtu.be/x\n"
        "    - speaker: Di\n      date: M 10/13/25\n      title: Editors\n"
    )
    understood = parse(text)
    assert agenda(understood) == [("2025-10-13", ["Editors"]), ("2025-10-20", ["On agents"])]
    talk = understood.meetings[1].agenda[0]
    assert (talk.kind, talk.presenters) == ("guest", ["Cy (Acme)"])
    assert [(link.role, link.url) for link in talk.links] == [("video", "https://youtu.be/x")]
    assert understood.problems == []


NESTED = f"""title: Reading Systems
weeks:
  - week: 1
    topic: Foundations
    meetings:
      - date: Sep 8
        title: Introduction
        slides: slides/one.pdf
        readings:
          - "[TVM]({TVM})"
          - {{title: Relay, url: "{RELAY}", optional: true}}
        due: Sign-up form
      - date: Sep 10
        title: No class (holiday)
  - week: 3
    meetings:
      - date: Sep 22
        required: [{{title: DSPy, arxiv: 2310.03714}}]
        cancelled: true
"""


def test_weeks_that_contain_meetings() -> None:
    understood = parse(NESTED, year=2025, base_url="https://github.com/a/b/blob/main/README.md")
    assert understood.title == "Reading Systems"
    assert agenda(understood) == [
        ("2025-09-08", ["Introduction", "TVM", "Relay", "Due: Sign-up form"]),
        ("2025-09-10", ["No class"]),
        ("2025-09-22", ["DSPy"]),
    ]
    assert [one.week for one in understood.meetings] == [1, 1, 3]
    assert [one.status for one in understood.meetings] == ["class", "holiday", "cancelled"]
    assert [one.topic for one in understood.meetings] == ["Foundations", "Foundations", None]
    introduction, tvm, relay, _due = understood.meetings[0].agenda
    assert [link.url for link in introduction.links] == [
        "https://github.com/a/b/blob/main/slides/one.pdf"
    ]
    assert (tvm.identity, tvm.required) == (("arxiv", "1802.04799"), True)
    assert (relay.identity, relay.required) == (("arxiv", "1904.08368"), False)


def test_toml_and_json_are_read_as_yaml_is() -> None:
    toml = (
        'title = "Group"\n\n[[sessions]]\ndate = 2025-09-08\ntitle = "TVM"\n'
        f'link = "{TVM}"\npresenters = ["Ann", "Bo"]\n\n'
        '[[sessions]]\ndate = 2025-09-15\ntitle = "DSPy"\narxiv = "2310.03714"\n'
    )
    json_text = (
        '{"title": "Group", "sessions": [\n'
        '{"date": "2025-09-08", "title": "TVM",\n'
        f'"link": "{TVM}", "presenters": ["Ann", "Bo"]}},\n'
        '{"date": "2025-09-15", "title": "DSPy", "arxiv": "2310.03714"}]}'
    )
    for text, lines in ((toml, [4, 10]), (json_text, [2, 4])):
        understood = parse(text)
        assert understood.title == "Group"
        assert agenda(understood) == [("2025-09-08", ["TVM"]), ("2025-09-15", ["DSPy"])]
        assert items(understood)[0].presenters == ["Ann", "Bo"]
        assert [one.line for one in understood.meetings] == lines


def test_records_without_dates_are_a_reading_list() -> None:
    text = (
        "compilers:\n"
        f"  - title: TVM\n    authors: [Tianqi Chen, Thierry Moreau]\n    venue: OSDI\n"
        f"    year: 2018\n    url: {TVM}\n    notes: Start here.\n"
        "languages:\n  - title: DSPy\n    arxiv: '2310.03714'\n    code: https://github.com/x/y\n"
    )
    understood = parse(text)
    assert named(understood.entries) == [
        ("TVM", ("arxiv", "1802.04799")),
        ("DSPy", ("arxiv", "2310.03714")),
    ]
    tvm, dspy = understood.entries
    assert (tvm.section, tvm.authors, tvm.venue, tvm.year, tvm.annotation) == (
        ["compilers"], "Tianqi Chen, Thierry Moreau", "OSDI", 2018, "Start here.",
    )  # fmt: skip
    assert [(link.role, link.url) for link in dspy.links] == [("code", "https://github.com/x/y")]


def test_mistakes_in_data_are_named_at_their_lines() -> None:
    broken = parse("sessions:\n  - date: 'Sep 8\n    title: A\n", filename="x.yml", format="yaml")
    assert [(one.line, one.severity) for one in broken.problems] == [(4, "error")]
    twice = parse("- date: 2025-09-08\n  title: A\n  title: B\n  presenter: Ann\n")
    assert [(one.line, one.message) for one in twice.problems] == [
        (3, "“title” is there twice; the first was taken.")
    ]
    toml = parse('[[talks]]\ndate = 2025-09-08\ntitle = "A\n', format="toml")
    assert toml.problems[0].line == 3


# --- CSV and HTML -----------------------------------------------------------------------------


def test_two_meetings_in_the_columns_of_a_row() -> None:
    text = (
        "color,topic,date1,title1,link1,date2,title2,link2,block\r\n"
        ",,,,,,,,Part one\r\n"
        f"#fff,Basics,1/21,Introduction,,1/23,TVM,{TVM},\r\n"
        '#fff,Search,1/28,"<a href=""https://x.org/a.pdf"">Ansor</a>, and more",,1/30,Flex,,\r\n'
    )
    understood = parse(text, year=2025)
    assert understood.format == "csv"
    assert agenda(understood) == [
        ("2025-01-21", ["Introduction"]),
        ("2025-01-23", ["TVM"]),
        ("2025-01-28", ["Ansor", "and more"]),
        ("2025-01-30", ["Flex"]),
    ]
    assert [one.topic for one in understood.meetings][1:3] == [
        "Part one: Basics",
        "Part one: Search",
    ]
    assert [one.line for one in understood.meetings] == [3, 3, 4, 4]
    assert items(understood)[1].identity == ("arxiv", "1802.04799")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_delimiter(delimiter: str) -> None:
    lines = [
        ["Date", "Topic", "Paper", "Paper link", "Presenter"],
        ["2025-09-08", "Compilers", "TVM", TVM, "Ann"],
        ["# break", "", "", "", ""],
        ["2025-09-15", "", "DSPy", DSPY, "Bo"],
    ]
    text = "\n".join(delimiter.join(line) for line in lines)
    understood = parse(text)
    assert agenda(understood) == [("2025-09-08", ["Compilers", "TVM"]), ("2025-09-15", ["DSPy"])]
    assert [item.identity for item in items(understood)] == [
        None, ("arxiv", "1802.04799"), ("arxiv", "2310.03714"),
    ]  # fmt: skip
    assert understood.problems == []


def test_a_csv_of_references_is_a_reading_list() -> None:
    text = (
        "Title,Authors,Year,Venue,URL,Comment\n"
        f'TVM,"Chen, Moreau",2018,OSDI,{TVM},Start here.\n'
        "Thinking in systems,Meadows,2008,,,\n"
    )
    understood = parse(text)
    assert named(understood.entries) == [
        ("TVM", ("arxiv", "1802.04799")),
        ("Thinking in systems", None),
    ]
    tvm = understood.entries[0]
    assert (tvm.line, tvm.authors, tvm.year, tvm.annotation) == (
        2, "Chen, Moreau", 2018, "Start here.",
    )  # fmt: skip


def test_a_table_of_html_with_its_spans() -> None:
    text = f"""<!doctype html>
<html><body><h1>A course</h1><table>
<thead><tr><th>Date<th>Topic<th>Readings</tr></thead>
<tr><td rowspan="2">Sep 8</td><td>Intro</td>
 <td><a href="{TVM}">TVM</a><br><a href="{RELAY}"><i>Relay</i></a></td></tr>
<tr><td>More of it</td><td><ul><li><a href="notes/a.pdf">A</a></li></ul></td></tr>
<tr><td colspan="3"><b>Part two</b></td></tr>
<tr><td>Sep 10</td><td colspan="2">No class <script>alert(1)</script></td></tr>
</table></body></html>"""
    understood = parse(text, year=2025, base_url="https://example.org/course/index.html")
    assert (understood.format, understood.title) == ("html", "A course")
    assert agenda(understood) == [
        ("2025-09-08", ["Intro", "TVM", "Relay", "More of it", "A"]),
        ("2025-09-10", ["No class"]),
    ]
    assert items(understood)[4].identifiers == {"url": "https://example.org/course/notes/a.pdf"}
    assert [one.status for one in understood.meetings] == ["class", "holiday"]
    assert understood.meetings[1].topic == "Part two"
    assert [one.line for one in understood.meetings] == [4, 8]


# --- Definition lists -------------------------------------------------------------------------


def test_days_and_their_definitions() -> None:
    text = f"""---
title: Behaviour
---

Mon Sep 8
: [Introduction](../lectures/one)
  : **Lecture**{{: .label .label-purple }}
: *Ann Lee*
: 1. Why
  1. How

Wed Sep 10
: [Capabilities](https://x.org/lectures/two)
  : **Lecture**{{: .label }} **Discussion**{{: .label }}
: *Bo Park and Cy*
: Discussion paper:
  - [TVM]({TVM}) (section 1, excluding 1.4).
: Optional reading:
  - [Relay]({RELAY})
"""
    understood = parse(text, year=2025)
    assert (understood.format, understood.title) == ("markdown-definitions", "Behaviour")
    assert agenda(understood) == [
        ("2025-09-08", ["Introduction", "Why; How"]),
        ("2025-09-10", ["Capabilities", "TVM", "Relay"]),
    ]
    first, second = understood.meetings
    assert (first.agenda[0].kind, first.agenda[0].presenters) == ("lecture", ["Ann Lee"])
    capabilities, tvm, relay = second.agenda
    assert capabilities.presenters == ["Bo Park", "Cy"]
    assert (tvm.identity, tvm.text, tvm.kind, tvm.required) == (
        ("arxiv", "1802.04799"), "section 1, excluding 1.4", "papers", True,
    )  # fmt: skip
    assert not relay.required
    assert [(one.line, one.severity) for one in understood.problems] == [(6, "warning")]
    assert "../lectures/one" in understood.problems[0].message


# --- Tables of Markdown -----------------------------------------------------------------------


def test_a_column_for_each_day_of_the_week() -> None:
    rows = [f"| Sep 8 | [TVM]({TVM}) | [DSPy]({DSPY}) |", "| Sep 15 | Pitches | No class |"]
    understood = parse(table(*rows, head="| Week of | Monday | Wednesday |"), year=2025)
    assert agenda(understood) == [
        ("2025-09-08", ["TVM"]), ("2025-09-10", ["DSPy"]), ("2025-09-15", ["Pitches"]),
        ("2025-09-17", ["No class"]),
    ]  # fmt: skip


def test_weeks_without_dates_are_meetings_without_dates() -> None:
    rows = ["| 1 | Intro | |", f"| 2 | Search | [TVM]({TVM}) |", f"| | | [DSPy]({DSPY}) |"]
    understood = parse(table(*rows, head="| Week | Topic | Reading |"))
    assert agenda(understood) == [(None, ["Intro"]), (None, ["Search", "TVM", "DSPy"])]
    assert [one.week for one in understood.meetings] == [1, 2]
    assert understood.problems == []
    sessions = parse(table("| Session 4 | A |", "| Session 5 | B |", head="| Session | Topic |"))
    assert [one.date_text for one in sessions.meetings] == ["Session 4", "Session 5"]


def test_presenters_without_dates_are_meetings_too() -> None:
    rows = [f"| Ann | [TVM]({TVM}) |", f"| Bo | [DSPy]({DSPY}) |"]
    understood = parse(table(*rows, head="| Presenter | Paper |"))
    assert agenda(understood) == [(None, ["TVM"]), (None, ["DSPy"])]
    assert [item.presenters for item in items(understood)] == [["Ann"], ["Bo"]]


@pytest.mark.parametrize(
    "head",
    ["| Paper Title | Vibe Log |", "| # | Paper | Authors |", "| No | Title | Year |"],
)
def test_papers_in_a_table_without_meetings_are_a_reading_list(head: str) -> None:
    width = head.count("|") - 1
    cells = [f"[TVM]({TVM})", "x"] if width == 2 else ["1", f"[TVM]({TVM})", "2018"]
    understood = parse(table(f"| {' | '.join(cells)} |", head=head))
    assert understood.meetings == []
    assert [entry.identity for entry in understood.entries] == [("arxiv", "1802.04799")]


def test_tables_of_staff_and_grades_are_left_alone() -> None:
    for head, row in (
        ("| Instructor | Role | Office hours |", "| Ann | Faculty | Mon 10:00 |"),
        ("| Component | Weight |", "| Notes | 40% |"),
    ):
        understood = parse(table(row, head=head) + "\n" + table("| Sep 8 | A | | |"), year=2025)
        assert agenda(understood) == [("2025-09-08", ["A"])]
        assert understood.problems == []


def test_two_schedules_in_one_document_are_one() -> None:
    text = table("| Sep 8 | A | | |") + "\n## Later\n\n" + table("| Oct 6 | B | | |")
    assert agenda(parse(text, year=2025)) == [("2025-09-08", ["A"]), ("2025-10-06", ["B"])]


def test_relative_links_are_said_once_or_led_home() -> None:
    rows = [
        f"| Sep {day} | [A](https://x.org/{day}.pdf) | Papers | [notes](notes/{day}.md) |"
        for day in (8, 10, 15, 17)
    ]
    (problem,) = parse(table(*rows), year=2025).problems
    assert problem.message.startswith("4 links (the first: “notes/8.md”)")
    understood = parse(table(*rows), year=2025, base_url="https://x.org/r/README.md")
    assert understood.problems == []
    assert [link.url for link in items(understood)[0].links] == [
        "https://x.org/8.pdf",
        "https://x.org/r/notes/8.md",
    ]


def test_dates_are_those_of_the_year_in_every_format() -> None:
    for text in (
        "Fall 2031\n\n" + table("| Sep 8 | A | | |"),
        "# Fall 2031\ndate,title,url\nSep 8,A,https://x.org/a\n",
        "term: Fall 2031\nsessions:\n  - date: Sep 8\n    title: A\n",
        "<table><caption>Fall 2031<tr><th>Date<th>Topic</tr><tr><td>Sep 8<td>A</tr></table>",
    ):
        understood = parse(text)
        assert [one.date for one in understood.meetings] == [dt.date(2031, 9, 8)], text
