"""From answers to the HTML that the others read."""

from __future__ import annotations

import html
from collections.abc import Sequence

from readings.core.markdown import Mentions, render_markdown
from readings.notes.prompts import FREE_TEXT, Piece, Prompt


def render_pieces(
    written: Sequence[Piece], prompts: Sequence[Prompt], mentions: Mentions | None = None
) -> str:
    """Safe HTML: each answer under what was asked, rendered by itself, so that a fence that
    somebody left open ends with its answer.  ``mentions`` are what an ``@`` may name."""
    if tuple(prompts) == FREE_TEXT:
        return "".join(render_markdown(piece.markdown, mentions) for piece in written)
    return "\n".join(
        f"<h3>{html.escape(piece.heading)}</h3>\n{render_markdown(piece.markdown, mentions)}"
        for piece in written
    )
