"""Marks out and in again: the forms of files, and what a pasted one means."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readings.core.csv_cells import escape_cell, unescape_cell
from readings.notes.policy import Mark, Marking, Policy
from readings.progress.gradebook import (
    BookCell,
    BookColumn,
    BookStudent,
    Columns,
    Form,
    GradeBook,
    headings,
    write,
)
from readings.progress.pasted import PastedPlan, plan_pasted

DSPY = BookColumn(1, "DSPy", "DSPy: Compiling Declarative Language Model Calls")
MLIR = BookColumn(2, "MLIR", "MLIR: A Compiler Infrastructure")
NOTHING = BookCell("due", None)
HANDED_IN = BookCell("submitted", None, is_handed_in=True)
MISSING = BookCell("missing", None, is_missing=True)
EXCUSED = BookCell("excused", None, is_spared=True)


def points(mark: str, out_of: int = 10) -> Mark:
    return Mark(Decimal(mark), Marking.POINTS, out_of)


def check(mark: int) -> Mark:
    return Mark(Decimal(mark), Marking.CHECKS, 3)


def done(mark: int) -> Mark:
    return Mark(Decimal(mark), Marking.COMPLETION, 1)


def marked(mark: Mark | str) -> BookCell:
    """With a mark; one that is only a number is one of 10 points."""
    return BookCell("marked", points(mark) if isinstance(mark, str) else mark, is_handed_in=True)


def student(number: int, name: str, *cells: BookCell, total: float | None = None) -> BookStudent:
    address = f"{name.lower().replace(' ', '.')}@example.edu"
    return BookStudent(number, name, address, "", dict(enumerate(cells, 1)), total)


def book(*students: BookStudent, marking: Marking = Marking.POINTS) -> GradeBook:
    return GradeBook(marking, 10, (0, 70, 85, 100), [DSPY, MLIR], students, "CSE 585")


def plan(text: str, of: GradeBook) -> PastedPlan:
    return plan_pasted(text, of, Policy(marking=of.marking, points=of.points))


BOB = student(7, "Bob Baker", marked("8.50"), NOTHING, total=0.85)
ADA = student(8, "Ada Ahmed", MISSING, EXCUSED, total=0.0)


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def told(found: PastedPlan) -> list[tuple[int, str]]:
    return [(one.line, one.words) for one in found.problems]


def test_canvas_gets_its_five_columns_and_the_points_possible() -> None:
    assert rows(write(book(BOB, ADA), Form.CANVAS, Columns.READINGS)) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "DSPy", "MLIR"],
        ["    Points Possible", "", "", "", "", "10", "10"],
        ["Bob Baker", "", "", "bob.baker@example.edu", "CSE 585", "8.5", ""],
        ["Ada Ahmed", "", "", "ada.ahmed@example.edu", "CSE 585", "0", "EX"],
    ]


def test_moodle_gets_addresses_and_numbers_alone() -> None:
    assert rows(write(book(BOB, ADA), Form.MOODLE, Columns.READINGS)) == [
        ["Full name", "Email address", "DSPy", "MLIR"],
        ["Bob Baker", "bob.baker@example.edu", "8.5", ""],
        ["Ada Ahmed", "ada.ahmed@example.edu", "0", ""],
    ]


def test_a_spreadsheet_gets_states_and_totals() -> None:
    assert rows(write(book(BOB, ADA), Form.PLAIN, Columns.READINGS)) == [
        ["Name", "Email", "Group", "DSPy", "DSPy: state", "MLIR", "MLIR: state", "Total"],
        ["Bob Baker", "bob.baker@example.edu", "", "8.5", "marked", "", "due", "8.5"],
        ["Ada Ahmed", "ada.ahmed@example.edu", "", "", "missing", "", "excused", "0"],
    ]


def test_a_total_is_one_column() -> None:
    assert rows(write(book(BOB, marking=Marking.CHECKS), Form.CANVAS, Columns.TOTAL)) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Notes"],
        ["    Points Possible", "", "", "", "", "100"],
        ["Bob Baker", "", "", "bob.baker@example.edu", "CSE 585", "85"],
    ]


def test_checks_are_worth_points_to_a_grade_book() -> None:
    checks = book(
        student(7, "Bob Baker", marked(check(1)), marked(check(3))), marking=Marking.CHECKS
    )

    assert rows(write(checks, Form.MOODLE, Columns.READINGS))[1][2:] == ["70", "100"]
    assert rows(write(checks, Form.PLAIN, Columns.READINGS))[1][3] == "check minus"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "'=1", "''@"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert escape_cell(text).startswith("'")
    assert unescape_cell(escape_cell(text)) == text


def test_no_two_columns_have_one_heading() -> None:
    columns = [BookColumn(1, "DSPy", ""), BookColumn(2, "dspy", ""), BookColumn(3, "Total", "")]

    assert headings(columns) == {1: "DSPy", 2: "dspy #2", 3: "Total #3"}


@pytest.mark.parametrize(
    "text",
    [
        "Email,DSPy,MLIR\nBOB.baker@example.edu,8.5,10",
        "Email;DSPy;MLIR\nbob.baker@example.edu;8,5;10",
        "Name\tMLIR\nbob  BAKER\t10",
        'Student,MLIR (12345)\n    Points Possible,10\nBob Baker,10\n"Student, Test",3',
        'Student,MLIR: A compiler infrastructure\n"Baker, Bob",10.00',
        "First name,Surname,Email address,MLIR (Real)\nRobert,B.,bob.baker@example.edu,10",
        "\ufeffName,Email,MLIR,MLIR: state\r\nBob Baker,,10,whatever\r\n\r\n",
    ],
)
def test_people_and_readings_are_found_however_they_are_written(text: str) -> None:
    found = plan(text, book(BOB, ADA))

    assert [(m.student.id, m.column.id, m.before, m.mark) for m in found.marks] == [
        (7, 2, None, points("10"))
    ]
    assert told(found) == []


def test_new_changed_and_as_it_was() -> None:
    found = plan(
        "Email,DSPy,MLIR\nbob.baker@example.edu,9,\nada.ahmed@example.edu,4,EX", book(BOB, ADA)
    )

    assert [(m.student.name, m.is_new, str(m.mark.value)) for m in found.marks] == [
        ("Bob Baker", False, "9"),
        ("Ada Ahmed", True, "4"),
    ]
    assert (found.new, found.changed, found.unchanged) == (1, 1, 1)


def test_what_is_wrong_is_said_with_its_line_and_the_rest_goes_through() -> None:
    found = plan(
        "Email,DSPy,Quiz 1\n"
        "dave@example.edu,5,\n"
        "bob.baker@example.edu,11,\n"
        '"ada.ahmed@example.edu","7",3\n'
        "ada.ahmed@example.edu,6,\n"
        ",5,\n",
        book(BOB, ADA),
    )

    assert [(m.line, m.student.name, str(m.mark.value)) for m in found.marks] == [
        (4, "Ada Ahmed", "7")
    ]
    assert [line for line, _words in told(found)] == [2, 3, 5, 6]
    assert "No student of the course has the address dave@example.edu" in told(found)[0][1]
    assert "Bob Baker, DSPy: 11 is too much." in told(found)[1][1]
    assert "in line 4 already" in told(found)[2][1]
    assert found.left_out == ["Quiz 1"]


def test_two_of_one_name_are_told_apart_by_their_address() -> None:
    twins = book(
        student(1, "Sam Smith", NOTHING, NOTHING), student(2, "Sam Smith", NOTHING, NOTHING)
    )

    found = plan("Name,DSPy\nSam Smith,5", twins)

    assert not found.marks
    assert "2 students are called Sam Smith" in told(found)[0][1]


def test_two_readings_of_one_name_are_not_guessed_at() -> None:
    columns = [BookColumn(1, "A", "Survey"), BookColumn(2, "B", "Survey")]
    two = GradeBook(Marking.POINTS, 10, (0, 70, 85, 100), columns, [BOB], "")

    assert "2 readings are called “Survey”" in told(plan("Name,Survey,A\nBob Baker,5,5", two))[0][1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "There is nothing in it"),
        ("\n \n", "There is nothing in it"),
        ("DSPy\n5", "No column says whose marks"),
        ("Email,Quiz\nbob.baker@example.edu,5", "No column is headed like a reading"),
        ("x" * 2_000_001, "longer than 2 million"),
        ('Email,DSPy\n"' + "x" * 200_000 + '"', "cannot be read as a table"),
        ("Email,DSPy\nbob.baker@example.edu,NaN", "is no mark"),
        ("Email,DSPy\nbob.baker@example.edu,1e3", "too much"),
        ("Email,DSPy\nbob.baker@example.edu,1.001", "is no mark here"),
        ("Email,DSPy\nbob.baker@example.edu,EX", "excuse somebody on their page"),
        ("Email,DSPy\nbob.baker@example.edu,=1+1", "is no mark"),
    ],
)
def test_what_is_no_table_of_marks_says_why(text: str, words: str) -> None:
    found = plan(text, book(BOB))

    assert not found.marks
    assert words in told(found)[0][1]


@pytest.mark.parametrize(
    ("said", "mark"),
    [("check plus", 3), ("✓−", 1), ("85", 2), ("100.0", 3), ("no credit", 0), ("Check +", None)],
)
def test_checks_are_read_as_words_or_as_what_they_are_worth(said: str, mark: int | None) -> None:
    checks = book(student(7, "Bob Baker", HANDED_IN, HANDED_IN), marking=Marking.CHECKS)

    found = plan(f"Name,DSPy\nBob Baker,{said}", checks)

    assert [one.mark for one in found.marks] == ([] if mark is None else [check(mark)])


def test_handing_in_is_done_already_and_can_be_refused_credit() -> None:
    both = book(student(7, "Bob Baker", HANDED_IN, HANDED_IN), marking=Marking.COMPLETION)

    found = plan("Name,DSPy,MLIR\nBob Baker,1,no", both)

    assert [(one.column.name, one.mark) for one in found.marks] == [("MLIR", done(0))]


@pytest.mark.parametrize(
    ("marking", "mark", "grade", "plain"),
    [
        (Marking.POINTS, check(3), "10", "check plus"),
        (Marking.POINTS, points("14", 20), "7", "14 of 20"),
        (Marking.POINTS, points("2", 3), "6.67", "2 of 3"),
        (Marking.POINTS, done(1), "10", "done"),
        (Marking.CHECKS, points("9"), "90", "9 of 10"),
        (Marking.COMPLETION, points("9"), "0.9", "9 of 10"),
        (Marking.COMPLETION, check(0), "0", "no credit"),
    ],
)
def test_a_mark_from_when_marks_were_something_else_is_written_for_what_it_is_worth(
    marking: Marking, mark: Mark, grade: str, plain: str
) -> None:
    before = book(student(7, "Bob Baker", marked(mark), NOTHING), marking=marking)

    for form in (Form.CANVAS, Form.MOODLE):
        assert rows(write(before, form, Columns.READINGS))[-1][-2] == grade
    assert rows(write(before, Form.PLAIN, Columns.READINGS))[1][3] == plain
    for said in (grade, plain):
        assert not plan(f"Name,DSPy\nBob Baker,{said}", before).marks


def test_another_mark_in_a_file_is_one_of_the_marks_of_now() -> None:
    before = book(student(7, "Bob Baker", marked(check(2)), marked(points("8", 20))))

    found = plan("Name,DSPy,MLIR\nBob Baker,2,8", before)

    assert [(one.before, one.mark) for one in found.marks] == [
        (check(2), points("2")),
        (points("8", 20), points("8")),
    ]


def test_another_plan_has_another_digest() -> None:
    one = plan("Name,DSPy\nBob Baker,9", book(BOB))

    assert one.digest == plan("Email,DSPy\nbob.baker@example.edu,9", book(BOB)).digest
    assert one.digest != plan("Name,DSPy\nBob Baker,9.5", book(BOB)).digest
    meanwhile = student(7, "Bob Baker", marked("3"), NOTHING)
    assert one.digest != plan("Name,DSPy\nBob Baker,9", book(meanwhile)).digest


# --- Round trips ---------------------------------------------------------------------------------

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
states = st.sampled_from([NOTHING, HANDED_IN, MISSING, EXCUSED])


#: Of now, or from when marks were something else.
marks = st.one_of(
    st.builds(
        lambda cents, out_of: points(str(Decimal(cents).scaleb(-2)), out_of),
        st.integers(0, 1000),
        st.sampled_from([10, 10, 20, 3]),
    ),
    st.builds(check, st.integers(0, 3)),
    st.builds(done, st.integers(0, 1)),
)


@st.composite
def grade_books(draw: st.DrawFn) -> GradeBook:
    marking = draw(st.sampled_from(list(Marking)))
    columns = [
        BookColumn(key, draw(texts), draw(texts)) for key in range(1, draw(st.integers(1, 4)) + 1)
    ]
    students = [
        BookStudent(
            key,
            draw(texts),
            f"s{key}@example.edu",
            draw(texts),
            {one.id: draw(states | marks.map(marked)) for one in columns},
            draw(st.none() | st.floats(0, 1)),
        )
        for key in range(draw(st.integers(1, 4)))
    ]
    percents = draw(st.tuples(st.just(0), *[st.integers(0, 100)] * 3))
    return GradeBook(marking, 10, percents, columns, students, draw(texts))


@given(grade_books(), st.sampled_from(list(Form)))
def test_what_was_written_out_changes_nothing(written: GradeBook, form: Form) -> None:
    found = plan_pasted(
        write(written, form, Columns.READINGS),
        written,
        Policy(marking=written.marking, points=written.points),
    )

    assert not found.marks
    assert told(found) == []
    assert found.left_out == []


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    plan(f"Email,DSPy\n{text}", book(BOB))
    plan(text, book(BOB))
