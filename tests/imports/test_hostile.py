"""Whatever comes in, something sensible comes out."""

from __future__ import annotations

import json
import os
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readings.imports.parsers.markdown_cells import simple_cell, whole_cell
from readings.imports.parsing import MAX_PROBLEMS, parse
from readings.imports.understood import Understood
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
        (b"", "There is no Markdown table in this document."),
        ("", "There is no Markdown table in this document."),
        ("x" * 20_000_001, "This is longer than 20 MB and was not read."),
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
    "a schedule": sample() + "".join(sample().splitlines(keepends=True)[9:]) * 300,
    "one long line": "x" * 5_000_000,
    "pipes": "|" * 5_000_000,
    "rows without a table": "|a|b\n" * 50_000,
    "an endless cell": table("| Sep 8 | " + "[" * 1_000_000 + " | x | |"),
    "brackets": table(*["| Sep 8 | " + "[" * 3_900 + " | x | |"] * 250),
    "nearly too many brackets": table(*["| Sep 8 | " + "[ab" * 100 + " | x | |"] * 3_000),
    "images": table(*["| Sep 8 | " + "![a](b) **" * 95 + " | x | |"] * 1_000),
    "dates": table(*["| " + "Sep 8, " * 500 + " | x | x | |"] * 250),
    "line breaks": table(*["| Sep 8 | " + "<br>" * 900 + " | x | |"] * 250),
    "years": "Fall 2025 2024 Jan 3, 2022\n" * 30_000,
    "ids": f"{ID} 10.1145/123456\n" * 20_000,
    "quotes": ">" * 1_000_000,
    "references": "[a]: b\n" * 50_000,
    "nested": "".join(" " * depth + "- a | b\n" for depth in range(1_000)),
}


@pytest.mark.parametrize("name", CASES)
def test_large_and_hostile_documents_are_read_in_linear_time(name: str) -> None:
    text = CASES[name]
    started = time.process_time()
    understood = parse(text)
    taken = time.process_time() - started
    # Many times what it takes: anything but linear takes minutes.
    assert taken < 25
    assert len(understood.problems) <= MAX_PROBLEMS + 1


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


@pytest.mark.parametrize("folder", ["schedules", "schedules/history", "lists"])
def test_every_real_document_is_read_and_none_of_its_ids_lost(folder: str) -> None:
    truth = json.loads(shared("data", "truth.json").read_text())
    for path in sorted(shared("data", *folder.split("/")).iterdir()):
        if not path.is_file():
            continue
        understood = parse(path.read_bytes(), filename=path.name)
        ids = {one.identifiers.get("arxiv") for one in understood.mentions}
        ids |= {item.identifiers.get("arxiv") for one in understood.meetings for item in one.agenda}
        counted = truth.get(f"{folder}/{path.name}")
        if counted:
            assert len(ids - {None}) >= counted["arxiv_ids_distinct"], path.name
