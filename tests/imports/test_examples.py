"""The examples of the documentation say what is true: each document beside what it became.

python -m tests.imports.test_examples    writes docs/import-examples.md again
"""

from __future__ import annotations

from pathlib import Path

import pytest

from readings.imports.parsing import parse
from readings.management.commands.parse import summary

pytestmark = pytest.mark.once

HERE = Path(__file__).resolve()
EXAMPLES = HERE.parent / "examples"
PAGE = HERE.parents[2] / "docs" / "import-examples.md"
HEAD = """# Documents, and what they become

One of each shape that Seminar reads. What follows each document is what `manage.py parse FILE`
prints of it; `--json` prints all that is known, as [import-format.md](import-format.md) describes.
The documents are in `tests/imports/examples/`, and a test keeps this page true
(`python -m tests.imports.test_examples` writes it).
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for path in sorted(EXAMPLES.iterdir()):
        text = path.read_text()
        number, _, name = path.stem.partition("-")
        title = name.replace("-", " ").capitalize()
        understood = parse(text, filename=path.name)
        said = "\n".join(summary(understood))
        parts.append(
            f"## {int(number)}. {title}\n\n`````{path.suffix[1:]}\n{text.rstrip()}\n`````\n\n"
            f"becomes\n\n```\n{said}\n```\n"
        )
    return "\n".join(parts)


def test_the_page_of_examples_is_true() -> None:
    assert PAGE.read_text() == page()


@pytest.mark.parametrize("path", sorted(EXAMPLES.iterdir()), ids=lambda path: path.name)
def test_every_example_is_understood_without_an_error(path: Path) -> None:
    understood = parse(path.read_text(), filename=path.name)
    assert understood.meetings or understood.entries
    assert not [one for one in understood.problems if one.severity == "error"]


if __name__ == "__main__":
    PAGE.write_text(page())
