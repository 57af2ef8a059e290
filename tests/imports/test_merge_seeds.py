"""Documents that courses of this field really have, imported and imported again."""

from __future__ import annotations

import pytest

from readings.courses.models import Course
from readings.imports import services
from readings.imports.models import Import
from readings.imports.understood import Understood
from tests.imports import comparing
from tests.shared import shared

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_five_documents_in_one_course_do_not_disturb_each_other(course: Course) -> None:
    documents = [path.read_bytes() for path in sorted(shared("seeds").glob("*.txt"))]
    assert len(documents) == 5
    applied = []
    for document in documents:
        draft = services.draft_import(course=course, document=document, actor=None)
        plan = services.apply_import(draft=draft, actor=None)
        applied.append(draft.pk)
        assert plan.counts["removed"] == 0
    assert course.sources.count() == 5
    for document in documents:
        draft = services.draft_import(course=course, document=document, actor=None)
        assert services.plan_draft(draft).does_nothing
        again = services.apply_import(draft=draft, actor=None).counts
        assert not any(n for name, n in again.items() if name not in {"unchanged", "problems"})
    for one in Import.objects.filter(pk__in=applied).select_related("source__reading_list"):
        understood = Understood.from_json(one.understood)
        if one.source.reading_list is not None:
            told = comparing.list_of_course(one.source.reading_list)
            key = repr
            assert sorted(told, key=key) == sorted(comparing.list_of_document(understood), key=key)
        if understood.meetings:
            told = comparing.schedule_of_course(course)
            assert told == comparing.schedule_of_document(understood)


FILES = [
    ("schedules", "columbia_w6113_schedule.csv"),
    ("schedules", "orderlab_reading_group_fall24.md"),
    ("schedules", "saidl_paper_reading_group.md"),
    ("schedules", "stanford_cs324_module_1-behavior.md"),
    ("schedules", "stanford_mlsys_seminar_2025.yml"),
    ("schedules", "umich_eecs598_w20.md"),
    ("lists", "awesome_dl_papers.md"),
    ("lists", "awesome_tensor_compilers.md"),
]


@pytest.mark.parametrize(("folder", "name"), FILES)
def test_a_course_equals_its_document_and_a_second_import_does_nothing(
    course: Course, folder: str, name: str
) -> None:
    text = shared("data", folder, name).read_bytes()
    draft = services.draft_import(
        course=course, document=text, actor=None, filename=name, year=2024
    )
    understood = Understood.from_json(draft.understood)
    services.apply_import(draft=draft, actor=None)
    again = services.draft_import(
        course=course, document=text, actor=None, filename=name, year=2024
    )
    assert again.source == draft.source
    plan = services.apply_import(draft=again, actor=None)
    assert plan.does_nothing
    assert not plan.conflicts
    if understood.meetings:
        told = comparing.schedule_of_course(course)
        assert told == comparing.schedule_of_document(understood)
    if understood.entries:
        told = comparing.list_of_course(course.reading_lists.get())
        assert sorted(told, key=repr) == sorted(comparing.list_of_document(understood), key=repr)
