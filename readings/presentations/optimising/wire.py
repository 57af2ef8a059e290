"""Tasks and assignments as JSON, for the process that solves and the one that asks it.

What is written follows from the fields' types: dataclasses are objects, tuples and sets are lists
(sets in order), days are ISO dates.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from readings.presentations.optimising.values import Assignment, Task

T = TypeVar("T")


class Unreadable(ValueError):
    """The JSON is not what it should be; ``str()`` says where."""


def task_to_json(task: Task) -> dict[str, Any]:
    """The task as JSON has it."""
    return _object(task)


def task_from_json(value: object) -> Task:
    """The task; raises ``Unreadable``."""
    return _read(Task, value, "task")


def assignment_to_json(assignment: Assignment) -> dict[str, Any]:
    """The assignment as JSON has it."""
    return _object(assignment)


def assignment_from_json(value: object) -> Assignment:
    """The assignment; raises ``Unreadable``."""
    return _read(Assignment, value, "assignment")


def _object(value: Any) -> dict[str, Any]:
    return {field.name: _written(getattr(value, field.name)) for field in fields(value)}


def _written(value: Any) -> Any:
    if is_dataclass(value):
        return _object(value)
    if isinstance(value, frozenset):
        return sorted(_written(one) for one in value)
    if isinstance(value, tuple):
        return [_written(one) for one in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, StrEnum) else value


def _read(kind: type[T], value: object, where: str) -> T:
    """An object of the dataclass ``kind``; fields that have a default may be left out."""
    if not isinstance(value, Mapping):
        raise Unreadable(f"{where} is not an object")
    hints = get_type_hints(kind)
    unknown = sorted(str(name) for name in value if name not in hints)
    if unknown:
        raise Unreadable(f"{where} has no {unknown[0]}")
    given = {name: _value(hints[name], one, f"{where}.{name}") for name, one in value.items()}
    try:
        return kind(**given)
    except TypeError as error:
        raise Unreadable(f"{where}: {error}") from error


def _value(hint: Any, value: object, where: str) -> Any:
    origin, args = get_origin(hint), get_args(hint)
    if origin is UnionType:  # only ever with None
        plain = next(one for one in args if one is not type(None))
        return None if value is None else _value(plain, value, where)
    if origin in (tuple, frozenset):
        return _several(hint, value, where)
    if is_dataclass(hint):
        return _read(hint, value, where)  # type: ignore[arg-type]
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if hint is dt.date or (isinstance(hint, type) and issubclass(hint, StrEnum)):
        return _word(hint, value, where)
    if type(value) is not hint:
        raise Unreadable(f"{where} is not {hint.__name__}")
    return value


def _several(hint: Any, value: object, where: str) -> Any:
    """A tuple or a set: of one kind and any length, or with a kind for each place."""
    origin, args = get_origin(hint), get_args(hint)
    if not isinstance(value, list):
        raise Unreadable(f"{where} is not a list")
    is_long = origin is frozenset or args[-1] is Ellipsis
    if not is_long and len(value) != len(args):
        raise Unreadable(f"{where} has not {len(args)} parts")
    kinds = [args[0]] * len(value) if is_long else args
    return origin(
        _value(kind, one, f"{where}[{place}]")
        for place, (kind, one) in enumerate(zip(kinds, value, strict=True))
    )


def _word(hint: Any, value: object, where: str) -> Any:
    if not isinstance(value, str):
        raise Unreadable(f"{where} is not a word")
    try:
        return dt.date.fromisoformat(value) if hint is dt.date else hint(value)
    except ValueError as error:
        raise Unreadable(f"{where} is not a {hint.__name__}") from error
