"""What a person reads on a page."""

from __future__ import annotations

import html
import re
from typing import Any


def words(response: Any) -> str:
    """The text of a response's HTML: tags left out, white space made single."""
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(html.unescape(text).split())
