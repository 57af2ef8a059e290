"""Partials that are rendered once for each shape and then filled in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from django.template import engines
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readings.core.stencil import Stencil

TEMPLATE = """{% partialdef row %}<li id="{{ row.id }}">{% if row.is_new %}<b>new</b>{% endif %}
{{ row.name }}{ {{ row.name }} }}{% if row.is_old and row.is_new %}?{% else %}!{% endif %}</li>\
{% endpartialdef %}"""


@pytest.fixture(scope="module", autouse=True)
def _template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder: Path = tmp_path_factory.mktemp("templates")
    (folder / "rows.html").write_text(TEMPLATE)
    engine = cast(Any, engines["django"]).engine
    engine.dirs.append(folder)
    yield
    engine.dirs.remove(folder)


ROW = Stencil("rows.html#row", name="row", fields=("id", "name"), flags=("is_new", "is_old"))


@given(st.integers(), st.text(), st.booleans(), st.booleans())
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_filling_in_gives_what_rendering_gives(
    number: int, name: str, is_new: bool, is_old: bool
) -> None:
    values = {"id": SafeString(number), "name": escape(name)}

    filled = ROW.fill((is_new, is_old), values)

    row = values | {"is_new": is_new, "is_old": is_old}
    assert filled == render_to_string("rows.html#row", {"row": row})


def test_braces_and_marks_in_values_mean_nothing() -> None:
    values = {"id": SafeString("{name}"), "name": SafeString("{{ id }} \x02id\x03 %s {0}")}

    assert ROW.fill((False, False), values) == (
        '<li id="{name}">\n{{ id }} \x02id\x03 %s {0}{ {{ id }} \x02id\x03 %s {0} }}!</li>'
    )


def test_a_missing_value_is_an_error_and_not_a_hole() -> None:
    with pytest.raises(KeyError):
        ROW.fill((False, False), {"id": SafeString("1")})
