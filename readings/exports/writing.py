"""Pieces of Markdown: text that stays what it is, links, cells."""

from __future__ import annotations

import re

# What is markup in running text.  An underscore inside a word is none.
_SPECIAL = re.compile(r"[\\`*\[\]<>|~$]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w)")
_BLOCK_START = re.compile(r"(?:[-+=#>]|\d+[.)])(?=\s|$)|[-=#+>:]")
_PLAIN_URL = re.compile(r"[^\s()<>\\|]+")


def escape(text: str) -> str:
    """``text`` in one line, in which nothing is Markdown any more."""
    return _SPECIAL.sub(r"\\\g<0>", one_line(text))


def escape_block(text: str) -> str:
    """``escape`` for the beginning of a line, where dashes and numbers make lists."""
    escaped = escape(text)
    match = _BLOCK_START.match(escaped)
    if match is None:
        return escaped
    at = match.end() - 1
    return f"{escaped[:at]}\\{escaped[at:]}"


def one_line(text: str) -> str:
    """``text`` with single spaces for all its white space."""
    return " ".join(text.split())


def link(label: str, url: str) -> str:
    """``[label](url)``; the label is plain text."""
    return f"[{escape(label)}]({destination(url)})"


def role_link(role: str, url: str) -> str:
    """``[[slides]](url)``: a link that says only what it is."""
    return f"[[{role}]]({destination(url)})"


def destination(url: str) -> str:
    """``url`` as the target of a link, also with parentheses, pipes or spaces in it."""
    if _PLAIN_URL.fullmatch(url):
        return url
    spaceless = "%20".join(url.split())
    return "<" + re.sub(r"[<>\\|]", r"\\\g<0>", spaceless) + ">"
