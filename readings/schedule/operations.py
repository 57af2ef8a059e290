"""The journal of a course's plan: what was changed together, row by row, and how it is undone.

Whatever runs inside ``recording`` is compared before and after, so that no service has to say what
it did, and undoing is one mechanism for imports, the board and publishing.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from readings.accounts.models import User
from readings.core.refusals import Refusal
from readings.courses.models import Audience, Course
from readings.courses.services import record_event, touch_course
from readings.schedule.models import (
    AgendaItem,
    Change,
    Meeting,
    Operation,
    Reading,
    ReadingLink,
    Week,
)
from readings.schedule.services import place_name

#: Models, each with the path to its course; what a row hangs on comes before it.
Scope: TypeAlias = Mapping[type[models.Model], str]
Values: TypeAlias = dict[str, Any]
Rows: TypeAlias = dict[int, Values]
Hanging: TypeAlias = Counter[type[models.Model]]

SCHEDULE: Final[Scope] = {
    Week: "course",
    Meeting: "course",
    Reading: "course",
    ReadingLink: "reading__course",
    AgendaItem: "course",
}
_BATCH: Final = 500


class AlreadyUndone(Refusal):
    """This change was undone before."""


class ChangedSince(Refusal):
    """A row is not any more as the change left it, or what it stood in is gone."""


class WorkHangsOn(Refusal):
    """People have put work into what would go."""


@dataclass
class Recording:
    """What is known of the change once it is made; ``change`` stays None if nothing was done."""

    change: Change | None = None


@contextmanager
def recording(
    *,
    course: Course,
    actor: User | None,
    kind: str,
    summary: str,
    scope: Scope = SCHEDULE,
    parts: Scope | None = None,
) -> Iterator[Recording]:
    """Write down, in one transaction, what the block does to the rows of ``scope``.

    ``parts`` are rows that are nothing without another one (an entry's search): they are only put
    back with it.  The course is locked, so that two changes do not mix.
    """
    with transaction.atomic():
        Course.objects.select_for_update(no_key=True).get(pk=course.pk)
        everything = {**scope, **(parts or {})}
        before = {model: plain_rows(model, path, course) for model, path in everything.items()}
        record = Recording()
        yield record
        operations = []
        for model, path in everything.items():
            after = plain_rows(model, path, course)
            found = _difference(model, before[model], after)
            operations += [
                one for one in found if model in scope or (one.after is None and one.before)
            ]
        if operations:
            record.change = Change.objects.create(
                course=course, kind=kind, summary=summary[:300], created_by=actor
            )
            for number, operation in enumerate(operations, start=1):
                operation.change, operation.number = record.change, number
            Operation.objects.bulk_create(operations, batch_size=_BATCH)


def undo_change(*, change: Change, actor: User | None) -> None:
    """Put every row back as it was before ``change``.

    Raises ``AlreadyUndone``; ``ChangedSince`` where a row was changed again; ``WorkHangsOn`` where
    people have written about, or signed up for, what the change made.  Papers stay.
    """
    with transaction.atomic():
        Course.objects.select_for_update(no_key=True).get(pk=change.course_id)
        change = Change.objects.select_for_update().select_related("course").get(pk=change.pk)
        if change.undone_at is not None:
            raise AlreadyUndone("This was taken back before.")
        operations = list(change.operations.all())
        _verify(operations)
        _Undoing(operations).run()
        change.undone_by, change.undone_at = actor, timezone.now()
        change.save(update_fields=["undone_by", "undone_at"])
        touch_course(course_id=change.course_id)
        _tell(change, operations, actor)
        record_event(
            course=change.course,
            actor=actor,
            kind=f"{change.kind}.undone",
            summary=f"Taken back: {change.summary}",
            details={"change": change.pk, "withdraws": change.message},
        )


def made_by(
    changes: models.QuerySet[Change], model: type[models.Model], ids: Collection[int]
) -> set[int]:
    """Which of these rows were made by ``changes``, as far as they were not undone."""
    if not ids:
        return set()
    found = Operation.objects.filter(
        change__in=changes.filter(undone_at=None),
        model=model._meta.model_name,
        before__isnull=True,
        row__in=list(ids),
    )
    return set(found.values_list("row", flat=True))


def hanging_on(
    model: type[models.Model], ids: Collection[int], *, going: Collection[int] = ()
) -> dict[int, Hanging]:
    """What hangs on rows: how many rows of which model; a query a relation.

    ``going`` are rows of ``model`` that go as well.  A one-to-one row that is deleted with its row
    is a part of it, and does not hang there.
    """
    found: dict[int, Hanging] = defaultdict(Counter)
    for relation in model._meta.related_objects:
        related = relation.related_model
        if relation.one_to_one and relation.on_delete is models.CASCADE:
            continue
        rows = related._base_manager.filter(**{f"{relation.field.name}__in": list(ids)})
        if related is model:
            rows = rows.exclude(pk__in=list(going))
        for pk in rows.values_list(relation.field.attname, flat=True):
            found[pk][related] += 1
    return dict(found)


def said_in_words(hanging: Mapping[type[models.Model], int]) -> str:
    """``2 notes and 1 slot``."""
    parts = []
    for model, count in hanging.items():
        names = model._meta.verbose_name, model._meta.verbose_name_plural
        parts.append(f"{count} {names[count != 1]}")
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def _tell(change: Change, operations: Iterable[Operation], actor: User | None) -> None:
    """Say of each item and each class that was moved or cancelled that it is back."""
    for one in operations:
        changed = set(one.after or ()) if one.before is not None else set()
        details = {"item": one.row, "change": change.pk, "undo": True}
        if one.model == "agendaitem" and "meeting_id" in changed:
            item = AgendaItem.objects.select_related("meeting", "reading__paper").get(pk=one.row)
            kind = "schedule.item_moved"
            summary = f"{item} moved back to {place_name(item.meeting)}"
        elif one.model == "meeting" and changed & {"meets_on", "status"}:
            meeting = Meeting.objects.get(pk=one.row)
            kind = "schedule.meeting_changed"
            details = {"meeting": one.row, "change": change.pk, "undo": True}
            summary = f"Class on {place_name(meeting)} is as it was before"
        else:
            continue
        record_event(
            course=change.course,
            actor=actor,
            kind=kind,
            summary=summary,
            audience=Audience.EVERYONE,
            details=details,
        )


def plain_rows(model: type[models.Model], path: str, course: Course) -> Rows:
    columns = [field.attname for field in model._meta.concrete_fields]
    name = model._meta.pk.attname
    rows = model._base_manager.filter(**{path: course}).order_by("pk").values(*columns)
    return {row[name]: _plain(row) for row in rows}


def _plain(row: Values) -> Values:
    """The values as JSON has them; a time keeps its microseconds."""
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else _through_json(value)
        for name, value in row.items()
    }


def _through_json(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float):
        return value
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))


def _difference(model: type[models.Model], before: Rows, after: Rows) -> Iterator[Operation]:
    name = model._meta.model_name or ""
    for pk in sorted(before.keys() | after.keys()):
        old, new = before.get(pk), after.get(pk)
        if old == new:
            continue
        if old is not None and new is not None:
            changed = [column for column in new if old[column] != new[column]]
            old = {column: old[column] for column in changed}
            new = {column: new[column] for column in changed}
        yield Operation(model=name, row=pk, before=old, after=new)


def _verify(operations: Iterable[Operation]) -> None:
    """Raise ``ChangedSince`` unless every row is as its operation left it."""
    by_model: dict[str, list[Operation]] = defaultdict(list)
    for operation in operations:
        by_model[operation.model].append(operation)
    for name, ones in by_model.items():
        model = apps.get_model("readings", name)
        columns = [field.attname for field in model._meta.concrete_fields]
        now = {
            row[model._meta.pk.attname]: _plain(row)
            for batch in _batches([one.row for one in ones])
            for row in model._base_manager.filter(pk__in=batch).values(*columns)
        }
        for one in ones:
            here = now.get(one.row)
            wanted = one.after
            same = here is None if wanted is None else here is not None and all(
                here.get(column) == value for column, value in wanted.items()
            )  # fmt: skip
            if not same:
                raise ChangedSince(
                    f"{_name_of(model, one)} was changed since: put that back first,"
                    " or leave the rest as it is."
                )


class _Undoing:
    """Turns operations around: what was removed and changed first, then what was made."""

    def __init__(self, operations: list[Operation]) -> None:
        self.operations = operations
        self.models = {
            one.model: apps.get_model("readings", one.model) for one in operations
        }  # fmt: skip

    def run(self) -> None:
        made = [one for one in self.operations if one.before is None]
        self.put_back([one for one in self.operations if one.before is not None])
        # What hangs on a row goes before it: the last model of the scope first.
        for name in reversed(list(dict.fromkeys(one.model for one in made))):
            self.take_away(self.models[name], [one for one in made if one.model == name])
        self.put_back(self.waiting)
        if self.waiting:
            raise ChangedSince("Something was planned since in the place of what would come back.")
        self.check_places()

    def put_back(self, operations: list[Operation]) -> None:
        """Store what was before; where a constraint is still held by another row, wait for it."""
        self.waiting = list(operations)
        count = 0
        while self.waiting and len(self.waiting) != count:
            count = len(self.waiting)
            self.waiting = [one for one in self.waiting if not self.store(one)]

    def store(self, operation: Operation) -> bool:
        model = self.models[operation.model]
        values = typed(model, operation.before or {})
        rows = model._base_manager.filter(pk=operation.row)
        try:
            with transaction.atomic():
                if operation.after is None:
                    model._base_manager.bulk_create([model(**values)])
                else:
                    rows.update(**values)
        except IntegrityError:
            return False
        return True

    def take_away(self, model: type[models.Model], operations: list[Operation]) -> None:
        ids = [one.row for one in operations]
        for batch in _batches(ids):
            hanging = hanging_on(model, batch, going=ids)
            if hanging:
                row = min(hanging)
                one = next(one for one in operations if one.row == row)
                raise WorkHangsOn(
                    f"This cannot be taken back: {said_in_words(hanging[row])} on"
                    f" {_name_of(model, one)}."
                )
        for batch in _batches(ids):
            model._base_manager.filter(pk__in=batch).delete()

    def check_places(self) -> None:
        """Raise ``ChangedSince`` where a row came back to one that is gone."""
        tables = {model._meta.db_table for model in self.models.values()}
        try:
            with transaction.atomic():
                connection.check_constraints(table_names=sorted(tables))
        except IntegrityError:
            raise ChangedSince("What this stood in before is gone since.") from None


def typed(model: type[models.Model], values: Values) -> Values:
    """Columns' values from JSON; those that the model has no more are left out."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return {
        name: value if isinstance(fields[name], models.JSONField) else fields[name].to_python(value)
        for name, value in values.items()
        if name in fields
    }


def _name_of(model: type[models.Model], operation: Operation) -> str:
    """What people call a row: “DSPy”."""
    row = model._base_manager.filter(pk=operation.row).first()
    if row is None:
        row = model(**typed(model, operation.before or operation.after or {}))
    return f"The class of {place_name(row)}" if isinstance(row, Meeting) else f"“{row}”"


def _batches(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), _BATCH):
        yield ids[start : start + _BATCH]
