"""From the ledger of a class to the grade book that is written out, or compared with a paste."""

from __future__ import annotations

import datetime as dt

from readings.courses.models import Course
from readings.progress.class_book import ClassBook, Student
from readings.progress.gradebook import BookCell, BookColumn, BookStudent, Form, GradeBook
from readings.progress.states import State


def book_of(book: ClassBook) -> GradeBook:
    """The grade book of a class."""
    policy = book.policy
    return GradeBook(
        marking=policy.marking,
        points=policy.points,
        percents=(0, policy.percent_minus, policy.percent_check, policy.percent_plus),
        columns=[BookColumn(one.id, one.name, one.title) for one in book.columns],
        students=[_student(book, one) for one in book.students],
        section=book.course.code or book.course.title,
    )


def file_name(course: Course, form: Form, now: dt.datetime) -> str:
    """``compilers-notes-canvas-2025-09-17.csv``."""
    return f"{course.slug}-notes-{form.value}-{now.astimezone(course.zone).date()}.csv"


def _student(book: ClassBook, student: Student) -> BookStudent:
    cells = {}
    for column in book.columns:
        cell = book.cell(student.id, column)
        words = cell.state.value
        if cell.is_late and cell.state != State.LATE:
            words += ", late"
        cells[column.id] = BookCell(
            state=words,
            mark=cell.given.mark,
            is_spared=cell.state.is_spared,
            is_missing=cell.state == State.MISSING,
            is_handed_in=cell.submitted_at is not None,
            is_returned=cell.given.returned_at is not None,
        )
    return BookStudent(
        student.id, student.name, student.email, student.group, cells, book.total(student.id).mean
    )
