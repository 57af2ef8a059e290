"""Turns: one person at a time decides about a course."""

from __future__ import annotations

from readings.courses.models import Course


def lock_course(course: Course) -> None:
    """Let people who decide about the same course take turns, until the transaction ends."""
    Course.objects.select_for_update(no_key=True).get(pk=course.pk)
