"""Text in the cells of CSV files: never a formula.  Pure."""

from __future__ import annotations

import re
from typing import Final

# A cell that begins like this is a formula to a spreadsheet; with an apostrophe before it, text.
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r\n]")


def escape_cell(text: str) -> str:
    """``text`` as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unescape_cell(text: str) -> str:
    """What ``escape_cell`` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
