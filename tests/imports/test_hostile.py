"""Whatever comes in, something sensible comes out."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readings.imports.formats import FORMATS
from readings.imports.parsers.markdown_cells import simple_cell, whole_cell
from readings.imports.parsing import MAX_PROBLEMS, parse
from readings.imports.understood import Entry, Item, Mention, Understood
from tests.imports.samples import sample, table
from tests.shared import shared

pytestmark = pytest.mark.once

ID = "https://arxiv.org/abs/2001.00001"


def errors(understood: Understood) -> list[str]:
    return [one.message for one in understood.problems if one.severity == "error"]


def test_carriage_returns_marks_and_hard_spaces_change_nothing() -> None:
    plain = parse(sample()).to_json()
    text = "\ufeff" + sample().replace("\n", "\r\n").replace("| Papers", "|\u00a0Papers\u200b")
    assert parse(text).to_json() == plain
    assert parse(text.encode()).to_json() == plain
    assert parse(("\ufeff" + sample()).encode("utf-16-le")).to_json() == plain
    assert parse(sample().replace("\n", "\r")).to_json() == plain


def test_other_encodings_are_read_and_said() -> None:
    text = table("| Sep 8 | Café with Zoë | Lecture | |")
    understood = parse(text.encode("cp1252"), year=2025)
    assert understood.meetings[0].agenda[0].text == "Café with Zoë"
    assert [(one.line, "Windows-1252" in one.message) for one in understood.problems] == [(3, True)]


def test_mojibake_is_kept_and_said() -> None:
    mangled = "Café’s".encode().decode("cp1252")
    understood = parse(table(f"| Sep 8 | {mangled} | Lecture | |"), year=2025)
    assert understood.meetings[0].agenda[0].text == mangled
    assert "wrong encoding" in understood.problems[0].message


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (b"%PDF-1.7\n\xff\xfe", "This is a PDF, not text."),
        (b"PK\x03\x04rest", "This is a ZIP archive or an office document, not text."),
        (bytes(range(256)) * 40, "This is no text."),
        ("\x00\x01\x02" * 100, "This is no text."),
        (b"", "There is nothing in this document."),
        (" \n\n", "There is nothing in this document."),
        ("x" * 20_000_001, "This is longer than 10 MB and was not read."),
    ],
)
def test_what_is_no_document_is_refused_in_a_sentence(document: str | bytes, message: str) -> None:
    understood = parse(document)
    assert errors(understood) == [message]
    assert (understood.meetings, understood.mentions) == ([], [])


def test_characters_that_no_database_takes_are_replaced() -> None:
    understood = parse(table("| Sep 8 | a\x00b\ud800c | Lecture | |"), year=2025)
    assert understood.meetings[0].agenda[0].text == "a\ufffdb\ufffdc"
    json.dumps(understood.to_json()).encode()


def test_html_and_script_in_a_cell_are_text_or_nothing() -> None:
    understood = parse(
        table(
            "| Sep 8 | <script>alert(1)</script> [x](javascript:alert(1)) <b>Bold</b> | Lecture | |"
        ),
        year=2025,
    )
    (item,) = understood.meetings[0].agenda
    assert item.links == []
    assert item.text is not None
    assert "<" not in item.text


def test_any_script_is_read() -> None:
    cell = f"[深度学习编译器]({ID}), مقدمة [שלום](https://doi.org/10.1145/1)"
    understood = parse(table(f"| Sep 8 | {cell} | Papers | |"), year=2025)
    names = [item.name for item in understood.meetings[0].agenda]
    assert names[0] == "深度学习编译器"
    assert names[-1] == "שלום"


CASES = {
    "a schedule": sample() + "".join(sample().splitlines(keepends=True)[9:]) * 100,
    "one long line": "x" * 1_000_000,
    "pipes": "|" * 1_000_000,
    "rows without a table": "|a|b\n" * 3_000,
    "an endless cell": table("| Sep 8 | " + "[" * 1_000_000 + " | x | |"),
    "brackets": table(*["| Sep 8 | " + "[" * 3_900 + " | x | |"] * 100),
    "nearly too many brackets": table(*["| Sep 8 | " + "[ab" * 100 + " | x | |"] * 60),
    "images": table(*["| Sep 8 | " + "![a](b) **" * 95 + " | x | |"] * 40),
    "dates": table(*["| " + "Sep 8, " * 500 + " | x | x | |"] * 50),
    "line breaks": table(*["| Sep 8 | " + "<br>" * 900 + " | x | |"] * 50),
    "years": "Fall 2025 2024 Jan 3, 2022\n" * 5_000,
    "ids": f"{ID} 10.1145/123456\n" * 2_000,
    "quotes": ">" * 200_000,
    "references": "[a]: b\n" * 2_000,
    "empty bullets": "- \n" * 100_000,
    "nested": "".join(" " * depth + "- a | b\n" for depth in range(300)),
}


@pytest.mark.parametrize("name", CASES)
def test_large_and_hostile_documents_are_read_in_linear_time(name: str) -> None:
    text = CASES[name]
    started = time.process_time()
    understood = parse(text)
    taken = time.process_time() - started
    # Many times what it takes: anything but linear takes minutes.
    assert taken < 10
    assert len(understood.problems) <= MAX_PROBLEMS + 1


GROWING = {
    "rows": lambda count: table(*[f"| Sep 8 | [a {n}]({ID}) | x | |" for n in range(count)]),
    "bullets": lambda count: "".join(f"- [a {n}]({ID}), ACL 2020\n" for n in range(count)),
    "csv": lambda count: "date,title\n" + "".join(f"9/8/2025,a {n}\n" for n in range(count)),
}


@pytest.mark.parametrize("name", GROWING)
def test_twice_as_much_takes_about_twice_as_long(name: str) -> None:
    few, many = GROWING[name](400), GROWING[name](1_600)
    parse(few)

    def taken(text: str) -> float:
        started = time.process_time()
        parse(text)
        return time.process_time() - started

    # Four times as much: what is quadratic takes sixteen times as long.
    assert min(taken(many) for _ in range(3)) < 10 * max(taken(few) for _ in range(3))


def test_bullets_beyond_what_a_list_can_have_are_said_to_be_unread() -> None:
    understood = parse("- \n" * 30_000 + f"- [a]({ID})\n")
    assert "Only the first 20,000 bullets were read, and no list after them." in errors(understood)
    assert [one.identifiers for one in understood.mentions] == [{"arxiv": "2001.00001"}]


def test_meetings_beyond_what_a_course_can_have_are_said_to_be_unread() -> None:
    rows = [f"| Sep 8 | [a]({ID}) | Papers | |"] * 2_000 + ["| Sep 9 | 10.1145/1 | Papers | |"]
    understood = parse(table(*rows))
    assert len(understood.meetings) == 2_000
    assert any(one.line == 2_003 and "2,000 meetings" in one.message for one in understood.problems)
    assert [one.identifiers for one in understood.mentions] == [{"doi": "10.1145/1"}]


def test_problems_are_counted_rather_than_listed_without_end() -> None:
    understood = parse(table(*["| Sep 31 | x | Lecture | |"] * 1_000), year=2025)
    assert len(understood.problems) == MAX_PROBLEMS + 1
    assert "more problems" in understood.problems[-1].message


def test_random_bytes() -> None:
    for size in (1, 100, 10_000, 1_000_000):
        parse(os.urandom(size))


FRAGMENTS = st.sampled_from(
    [
        "a", "DSPy", " ", "  ", ", ", " + ", "&", "& ", "!", "[", "]", "(", ")", "[Open]", "<br>",
        " <br> ", "<br/>", "**", "*", "_", "`", "https://x.org/a", "arXiv:2001.00001", "é", "\\",
        ":", "[b] (c)", "![x](y)", "&amp;", "1", "<", ">", "“x”", "[a](https://x.org/a)",
        f"[DSPy]({ID})", "Sep 8-10", "Labor Day (Holiday)", "[Notes](https://x.org/n)",
    ]
)  # fmt: skip
CELLS = st.lists(FRAGMENTS, max_size=8).map("".join)


@settings(deadline=None, max_examples=400)
@given(CELLS)
def test_the_short_way_to_read_a_cell_reads_what_the_grammar_reads(content: str) -> None:
    short = simple_cell(content.strip())
    assert short is None or not content.strip() or short == whole_cell(content.strip(), {})


@settings(deadline=None, max_examples=150)
@given(st.lists(st.lists(CELLS, min_size=1, max_size=6), max_size=5), st.booleans())
def test_no_table_breaks_the_parser(cells: list[list[str]], with_head: bool) -> None:
    rows = ["| " + " | ".join(row) + " |" for row in cells]
    text = table(*rows) if with_head else "\n".join(rows)
    understood = parse(text)
    assert Understood.from_json(json.loads(json.dumps(understood.to_json()))) == understood
    lines = text.count("\n") + 1
    assert all(1 <= problem.line <= lines for problem in understood.problems)
    assert all(1 <= meeting.line <= lines for meeting in understood.meetings)


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{after}: &{after} [{','.join(['*' + before] * 9)}]\n"
    for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)
DATA_CASES = {
    "a YAML bomb": ("yaml", BOMB),
    "YAML that holds itself": ("yaml", "&a {b: *a, date: 2025-01-01, title: x}"),
    "YAML in brackets": ("yaml", "[" * 50_000),
    "YAML in dashes": ("yaml", "- " * 50_000),
    "YAML that runs": ("yaml", "!!python/object/apply:os.system ['true']"),
    "deep YAML": ("yaml", "\n".join(" " * depth + "a:" for depth in range(300))),
    "deep TOML": ("toml", "a=" + "[" * 50_000),
    "dotted TOML": ("toml", "a" + ".a" * 50_000 + "=1"),
    "a long number": ("toml", "a=" + "9" * 10_000),
    "deep JSON": ("json", "[" * 100_000),
    "a long number of JSON": ("csl-json", '{"a":' + "9" * 10_000 + "}"),
    "deep HTML": ("html", "<div>" * 50_000 + "x"),
    "tables in tables": ("html", "<table><tr><td>" * 10_000),
    "spans": ("html", "<table>" + "<tr><td rowspan=9999 colspan=9999>x</td></tr>" * 300),
    "quotes": ("csv", "a,b\n" + '"' * 500_001),
    "columns": ("csv", ",".join(["date"] * 20_000) + "\n" + ",".join(["9/8"] * 20_000)),
    "braces": ("bibtex", "@a{b, c={" + "{" * 100_000),
    "accents": ("bibtex", "@article{a, title={" + "\\'{" * 50_000 + "}}"),
    "authors": ("bibtex", "@article{a, author={" + "a and " * 50_000 + "}}"),
    "records without end": ("ris", "TY  - JOUR\n" * 5_000),
    "ids in a line": ("links", "2001.00001 " * 100_000),
    "definitions": ("markdown-definitions", "Sep 8\n" + ": a\n" * 2_000),
}


@pytest.mark.parametrize("name", DATA_CASES)
def test_hostile_data_is_read_or_refused_in_a_sentence(name: str) -> None:
    chosen, text = DATA_CASES[name]
    started = time.process_time()
    understood = parse(text, format=chosen)
    assert time.process_time() - started < 15
    assert understood.format == chosen
    json.dumps(understood.to_json())
    assert understood.problems or not understood.is_empty


def test_a_character_that_is_no_text_is_shown_and_said() -> None:
    understood = parse(b"| Date | Topic |\n|---|---|\n| Sep 8 | a\x00b |\n", year=2025)
    assert understood.meetings[0].agenda[0].text == "a\ufffdb"
    assert [(one.line, one.severity) for one in understood.problems] == [(3, "warning")]


def test_wide_characters_are_read_without_their_mark() -> None:
    assert parse(sample().encode("utf-16-be")).to_json() == parse(sample()).to_json()


@pytest.mark.parametrize("text", ["â†’ next", "itâ€™s", "CafÃ©"])
def test_mojibake_is_said_once_at_its_line(text: str) -> None:
    understood = parse(f"# A\n\n- [{text}](https://x.org/a)\n- [{text}](https://x.org/b)\n")
    warned = [one.line for one in understood.problems if "wrong encoding" in one.message]
    assert warned == [3]


def test_accents_and_quotes_are_no_mojibake() -> None:
    understood = parse("# É’ « Ça » naïve “ça” Ão\n\n- [Über](https://x.org/a)\n")
    assert understood.problems == []


TREES = st.recursive(
    st.sampled_from(["TVM", "2025-09-08", "Sep 8", "", ID, "Ann, Bo", "slides/a.pdf", "x: y", "3"]),
    lambda below: st.lists(below, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["date", "title", "link", "links", "papers", "sessions", "week", "presenter", "slides",
             "type", "authors", "due", "arxiv", "optional", "notes"]
        ),
        below,
        max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@settings(deadline=None, max_examples=100)
@given(TREES)
def test_no_data_breaks_the_reader_of_records(tree: object) -> None:
    understood = parse(json.dumps(tree), format="json")
    assert Understood.from_json(json.loads(json.dumps(understood.to_json()))) == understood


PIECES = {
    "bibtex": ["@article{a,", "@misc{", "title = {", "}", '"', "#", "author = ", ",\n", "\\'{e}"],
    "ris": ["TY  - JOUR", "ER  - ", "AU  - A, B", "\n", "TI  - x", "UR  - " + ID, "ZZ - ", "DO  -"],
    "csl-json": ["[", "]", "{", "}", '"title"', ":", '"a"', ",", "1", "null", '"author"'],
    "csv": ["date", ",", ";", '"', "\n", "Sep 8", "title", ID, "#", "1", "date2", "[a](b)"],
    "html": [
        "<table>",
        "<tr>",
        "<td rowspan=2>",
        "</table>",
        "<a href=",
        ">",
        "Sep 8",
        "<th>",
        "<b>",
    ],
    "yaml": ["- ", "date: ", "\n", "  ", "title: ", "&a ", "*a", "[", "{", "Sep 8", "---\n", "'"],
    "toml": ["[[a]]", "\n", "date", " = ", "2025-09-08", '"x"', "[", "title", "+++\n"],
    "links": [
        ID,
        " ",
        "\n",
        "2001.00001",
        "Title",
        ":",
        "arXiv:2001.00001",
        "\nAuthors: A",
        "10.1/x",
    ],
    "markdown-definitions": ["Sep 8", "\n", ": ", "  ", "- ", ID, "*Ann*", "**Lecture**", "1. "],
}


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_no_pieces_of_a_format_break_its_reader(data: st.DataObject) -> None:
    chosen = data.draw(st.sampled_from(sorted(PIECES)))
    text = "".join(data.draw(st.lists(st.sampled_from(PIECES[chosen]), max_size=25)))
    for understood in (parse(text, format=chosen), parse(text)):
        assert Understood.from_json(json.loads(json.dumps(understood.to_json()))) == understood
        lines = text.count("\n") + 1
        assert all(1 <= problem.line <= lines for problem in understood.problems)
        assert all(1 <= entry.line <= lines for entry in understood.entries)


@settings(deadline=None, max_examples=150)
@given(st.text(max_size=200) | st.binary(max_size=200))
def test_no_document_breaks_the_parser(document: str | bytes) -> None:
    json.dumps(parse(document).to_json())


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_schedule_with_a_piece_cut_out_is_still_read(data: st.DataObject) -> None:
    text = sample()
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    understood = parse(text[:start] + text[end:])
    whole_rows = sum(
        f"{line}\n" in text[:start] or f"{line}\n" in text[end:]
        for line in text.splitlines()
        if line.startswith("| **")
    )
    if "|------|" in text[:start]:
        assert len(understood.meetings) >= whole_rows


CORPUS = sorted((Path(__file__).parent / "corpus").iterdir())


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_what_once_broke_a_reader_is_read(path: Path) -> None:
    document = path.read_bytes()
    for chosen in (None, *(name for name, _label in FORMATS)):
        understood = parse(document, format=chosen)
        assert Understood.from_json(json.loads(json.dumps(understood.to_json()))) == understood


@pytest.mark.parametrize("folder", ["schedules", "schedules/history", "lists"])
def test_every_real_document_is_read_and_none_of_its_ids_lost(folder: str) -> None:
    truth = json.loads(shared("data", "truth.json").read_text())
    for path in sorted(shared("data", *folder.split("/")).iterdir()):
        if not path.is_file():
            continue
        understood = parse(path.read_bytes(), filename=path.name)
        works: list[Mention | Entry | Item] = [*understood.mentions, *understood.entries]
        works += [item for one in understood.meetings for item in one.agenda]
        ids = {one.identifiers.get("arxiv") for one in works} - {None}
        counted = truth.get(f"{folder}/{path.name}")
        if counted:
            assert len(ids) == counted["arxiv_ids_distinct"], path.name
            assert len(understood.meetings) == MEETINGS.get(path.name, 0), path.name


# As counted in truth.json: entries with dates, dated rows, meetings.
MEETINGS = {
    "columbia_w6113_schedule.csv": 28,
    "orderlab_reading_group_fall20.md": 9,
    "orderlab_reading_group_fall24.md": 11,
    "stanford_cs324_module_1-behavior.md": 4,
    "stanford_mlsys_seminar_2025.yml": 2,
    "umich_eecs598_w20.md": 23,
}
