"""Links as a document writes them, made whole: relative ones lead somewhere only beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin

from readings.imports.tables import Anchor, Cell, Part, Row, Table, Words
from readings.imports.understood import Problem

_WHOLE = re.compile(r"https?://[^\s/]", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:|#|$", re.IGNORECASE)


@dataclass
class Addresses:
    """Makes links absolute against ``base_url``; counts those it could not, for one warning."""

    base_url: str | None = None
    left_out: int = 0
    first: tuple[int, str] = field(default=(1, ""))  # line and address of the first left out

    def whole(self, url: str, line: int) -> str | None:
        """The http(s) address that ``url`` leads to, or None where that is not known."""
        url = url.strip()
        if _WHOLE.match(url):
            return url
        if url.startswith("//"):
            return f"https:{url}"
        if _OTHER_SCHEME.match(url):  # mailto:, javascript:, #section: nothing to open from here
            return None
        if self.base_url:
            try:
                return urljoin(self.base_url, url)
            except ValueError:
                return None
        self.leave_out(url, line)
        return None

    def leave_out(self, url: str, line: int) -> None:
        """Count a link that leads beside the document."""
        if not self.left_out:
            self.first = line, url
        self.left_out += 1

    @property
    def problems(self) -> list[Problem]:
        """What to say of the links that were left out: one sentence, however many they are."""
        if not self.left_out:
            return []
        line, url = self.first
        shown = url if len(url) <= 60 else f"{url[:59]}…"
        what = f"The link “{shown}” leads" if self.left_out == 1 else (
            f"{self.left_out} links (the first: “{shown}”) lead"
        )  # fmt: skip
        message = (
            f"{what} to files beside the document, whose address is not known; "
            "their words were kept."
        )
        return [Problem(line, "warning", message)]

    def complete(self, table: Table) -> Table:
        """``table`` with whole links."""
        return replace(table, rows=tuple(self._row(row) for row in table.rows))

    def complete_part(self, part: Part, line: int) -> Part:
        """``part`` with whole links, or with words where a link was."""
        if all(isinstance(piece, Words) or _WHOLE.match(piece.url) for piece in part):
            return part
        return tuple(
            piece if isinstance(piece, Words) else self._anchor(piece, line) for piece in part
        )

    def _row(self, row: Row) -> Row:
        if all(_WHOLE.match(anchor.url) for cell in row.cells for anchor in cell.anchors):
            return row
        return replace(row, cells=tuple(self.complete_cell(cell, row.line) for cell in row.cells))

    def complete_cell(self, cell: Cell, line: int) -> Cell:
        """``cell`` with whole links."""
        if all(_WHOLE.match(anchor.url) for anchor in cell.anchors):
            return cell
        parts = tuple(self.complete_part(part, line) for part in cell.parts)
        return replace(cell, parts=parts)

    def _anchor(self, anchor: Anchor, line: int) -> Anchor | Words:
        url = self.whole(anchor.url, line)
        return Anchor(anchor.label, url) if url else Words(anchor.label, was_link=True)
