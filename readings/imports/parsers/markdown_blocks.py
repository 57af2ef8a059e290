"""The blocks of a Markdown document as a tree: headings, lists in lists, quotes, tables.

They come from markdown-it's tokens.  What writers mean and the grammar does not know is put right
here: bullets that are indented too little or too much, bullets drawn as dots, headings in HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

from readings.imports.parsers.table_block import TOKEN as TABLE_TOKEN
from readings.imports.parsers.table_block import use_whole_tables

BlockKind = Literal[
    "paragraph", "heading", "list", "quote", "code", "fence", "html", "table", "rule"
]

#: The grammar goes no deeper; two of its levels are one of a list.
MAX_NESTING = 60
#: More are no reading list; each takes the time of many lines of prose.
MAX_BULLETS = 20_000
#: The level of a paragraph that is all bold and stands where a heading would.
BOLD_HEADING = 7

# Each rule is tried at nearly each line: those of which no sign is in a document are left out.
_SIGNS = {
    "table": re.compile(r"\|"),
    "fence": re.compile(r"```|~~~"),
    "blockquote": re.compile(">"),
    "hr": re.compile(r"([-*_])[ \t]*\1[ \t]*\1"),
    "reference": re.compile(r"\]:"),
    "html_block": re.compile("<"),
    "heading": re.compile("#"),
    "lheading": re.compile(r"^[ \t>]*(?:=+|-+)[ \t]*$", re.MULTILINE),
}

_KINDS: dict[str, BlockKind] = {
    "paragraph_open": "paragraph",
    "heading_open": "heading",
    "blockquote_open": "quote",
    "code_block": "code",
    "fence": "fence",
    "html_block": "html",
    TABLE_TOKEN: "table",
    "hr": "rule",
}
_MARKER = re.compile(
    r"[ \t]*(?:[-*+•‣◦▪●∙·–]|\d{1,9}[.)、]|(?:\*\*)?\[\d{1,4}\](?:\*\*)?)"
    r"[ \t\u00a0\u3000]+(?=\S)"
)
_BULLET_LINE = re.compile(r"^[ \t>]*(?:[-*+]|\d{1,9}[.)])(?=[ \t\n])", re.MULTILINE)
# Bullets that are none for the grammar, and the numbers of a bibliography.
_DOT = re.compile(r"[ \t]*(?:[•‣◦▪●∙]\s*|(?:\*\*)?\[\d{1,4}\](?:\*\*)?[ \t]+)\S")
_HTML_HEADING = re.compile(r"<h([1-6])\b[^>]*>(.*?)</h\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_BOLD_LINE = re.compile(r"(\*\*|__)([^*_\n]{1,100}?)(?:\1:?|:\1)")
_FRONT_MATTER = re.compile(r"---[ \t]*\n(?:[^\n]*\n){0,2000}?(?:---|\.\.\.)[ \t]*(?=\n|\Z)")
# Spaces that are none for the grammar, before a bullet and after it.
_WIDE_SPACE = re.compile(
    r"^([ \t\u00a0\u3000]*)([-*+]|\d{1,9}[.)])([ \t\u00a0\u3000]+)(?=\S)", re.MULTILINE
)
_KEY = re.compile(r"^[\w-]+[ \t]*:", re.MULTILINE)


@dataclass
class Item:
    """A bullet: its lines ``[first, end)``, counted from 0, and what stands in it."""

    first: int
    end: int
    blocks: list[Block] = field(default_factory=list)


@dataclass
class Block:
    """A block, its lines ``[first, end)`` and what its kind has."""

    kind: BlockKind
    first: int
    end: int
    content: str = ""
    level: int = 0  # of a heading
    items: list[Item] = field(default_factory=list)  # of a list
    is_settled: bool = False  # its items are in each other as they were meant


@dataclass
class Blocks:
    """The blocks of a document; ``env`` holds its references."""

    blocks: list[Block]
    env: dict[str, Any]
    is_too_deep: bool = False
    ends_at: int | None = None  # the line of the first bullet that was too much


def read_blocks(text: str, lines: Sequence[str]) -> Blocks:
    """The blocks of ``text``, whose lines are ``lines``.  Linear in its length."""
    env: dict[str, Any] = {}
    surplus = next(islice(_BULLET_LINE.finditer(text), MAX_BULLETS, None), None)
    ends_at = None
    if surplus is not None:
        text = text[: surplus.start()]
        ends_at = text.count("\n") + 1
    if "\u00a0" in text or "\u3000" in text:
        text = _WIDE_SPACE.sub(_with_plain_spaces, text)
    signs = frozenset(rule for rule, sign in _SIGNS.items() if sign.search(text))
    tokens = _grammar(signs).parse(_without_front_matter(text), env)
    builder = _Builder(lines)
    for token in tokens:
        builder.read(token)
    return Blocks(_settled(builder.root, lines), env, builder.is_too_deep, ends_at)


@lru_cache(maxsize=256)
def _grammar(rules: frozenset[str]) -> MarkdownIt:
    """The grammar of blocks with ``rules`` beside lists, code and paragraphs."""
    grammar = MarkdownIt("commonmark", {"html": True, "maxNesting": MAX_NESTING})
    use_whole_tables(grammar)
    grammar.block.ruler.enableOnly(["list", "code", "paragraph", *sorted(rules)])
    grammar.core.ruler.disable(["inline", "text_join"])
    return grammar


def walk(items: Sequence[Item]) -> Iterator[Item]:
    """All items of a list and of the lists in it."""
    waiting = list(reversed(items))
    while waiting:
        item = waiting.pop()
        yield item
        nested = [one for block in item.blocks for one in block.items]
        waiting += reversed(nested)


class _Builder:
    """Makes the tree from the tokens, which are flat."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.root: list[Block] = []
        self.stack: list[Block | Item] = []
        self.hidden: str | None = None  # the token that ends what is taken as a whole
        self.hidden_level = 0
        self.is_too_deep = False

    def read(self, token: Token) -> None:
        if self.hidden is not None:
            if token.type == self.hidden and token.level == self.hidden_level:
                self.hidden = None
            return
        kind = token.type
        if kind in {"bullet_list_open", "ordered_list_open"}:
            self.open(self.block("list", token))
            self.is_too_deep = self.is_too_deep or token.level >= MAX_NESTING - 2
        elif kind == "list_item_open":
            first, end = token.map or [0, 0]
            item = Item(first, end)
            self.top_list.items.append(item)
            self.stack.append(item)
        elif kind in {"bullet_list_close", "ordered_list_close", "list_item_close"}:
            self.stack.pop()
        elif kind == "blockquote_open":
            self.add(self.block("quote", token))
            self.hidden, self.hidden_level = "blockquote_close", token.level
        elif kind == "inline":
            self.last.content = token.content
        elif kind in _KINDS:
            self.add(self.block(_KINDS[kind], token))

    @property
    def container(self) -> list[Block]:
        """Where blocks are being added."""
        top = self.stack[-1] if self.stack else None
        return top.blocks if isinstance(top, Item) else self.root

    @property
    def last(self) -> Block:
        return self.container[-1]

    @property
    def top_list(self) -> Block:
        top = self.stack[-1]
        if not isinstance(top, Block):
            raise TypeError("an item stands in a list")
        return top

    def block(self, kind: BlockKind, token: Token) -> Block:
        first, end = token.map or [0, 0]
        level = int(token.tag[1:]) if kind == "heading" else 0
        return Block(kind, first, end, token.content, level)

    def add(self, block: Block) -> None:
        self.container.append(block)

    def open(self, block: Block) -> None:
        self.add(block)
        self.stack.append(block)


def _settled(blocks: list[Block], lines: Sequence[str]) -> list[Block]:
    """The blocks as they are meant; goes down without recursion, for lists may be deep."""
    waiting: list[tuple[list[Block], Item | None]] = [(blocks, None)]
    while waiting:
        current, parent = waiting.pop()
        _settle(current, lines, parent)
        waiting += [(item.blocks, item) for block in current for item in block.items]
    return blocks


def _settle(blocks: list[Block], lines: Sequence[str], parent: Item | None) -> None:
    """Put right what stands in one place, in it."""
    settled: list[Block] = []
    for block in blocks:
        for one in _meant(block, is_nested=parent is not None):
            before = settled[-1] if settled else None
            if before and before.kind == "list" and one.kind == "list" and (
                _depth(one.items[0], lines) >= _depth(before.items[0], lines) + 2
            ):  # fmt: skip
                before.items += one.items
                before.end = one.end
            else:
                settled.append(one)
    for number, block in enumerate(settled):
        following = settled[number + 1].kind if number + 1 < len(settled) else None
        starts_beside = parent is not None and block.first == parent.first
        if block.kind == "list" and not block.is_settled and not starts_beside:
            block.items = _nested(block.items, lines)
        elif block.level == BOLD_HEADING and following not in {"list", "table"}:
            block.kind, block.level = "paragraph", 0
    blocks[:] = settled


def _meant(block: Block, *, is_nested: bool) -> Iterator[Block]:
    """The blocks that a block was meant as."""
    if block.kind == "html":
        yield from _html(block)
    elif block.kind == "paragraph" and not is_nested and _BOLD_LINE.fullmatch(block.content):
        yield Block("heading", block.first, block.end, block.content, BOLD_HEADING)
    elif block.kind == "paragraph" and (is_nested or _DOT.match(block.content)):
        yield from _with_bullets(block)
    elif block.kind == "code":
        rows = block.content.rstrip("\n").split("\n")
        if all(_MARKER.match(row) for row in rows if row.strip()) and any(map(str.strip, rows)):
            yield from _with_bullets(block)
        else:
            yield block
    else:
        yield block


def _html(block: Block) -> Iterator[Block]:
    heading = _HTML_HEADING.search(block.content) if "<h" in block.content.lower() else None
    words = " ".join(_TAG.sub("", heading[2]).split()) if heading else ""
    if heading and words:
        yield Block("heading", block.first, block.end, words, int(heading[1]))
    else:
        yield block


def _with_bullets(block: Block) -> Iterator[Block]:
    """A paragraph, and the list that its lines with a bullet were meant to be."""
    rows = block.content.rstrip("\n").split("\n")
    starts = [number for number, row in enumerate(rows) if _MARKER.match(row)]
    if not starts or (starts == [0] and block.kind == "paragraph" and not _DOT.match(rows[0])):
        yield block
        return
    if starts[0]:
        words = "\n".join(rows[: starts[0]])
        yield Block("paragraph", block.first, block.first + starts[0], words)
    items: list[Item] = []
    for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
        first, last = block.first + start, block.first + end
        words = "\n".join([_MARKER.sub("", rows[start], count=1), *rows[start + 1 : end]])
        items.append(Item(first, last, [Block("paragraph", first, last, words.strip())]))
    yield Block("list", block.first + starts[0], block.end, items=items)


def _nested(items: Sequence[Item], lines: Sequence[str]) -> list[Item]:
    """The items, those that are indented further than the one above put into it."""
    depths = [_depth(item, lines) for item in items]
    if all(depth < depths[0] + 2 for depth in depths):
        return list(items)
    roots: list[Item] = []
    above: list[tuple[int, Item]] = []
    for item, depth in zip(items, depths, strict=True):
        while above and (depth < above[-1][0] + 2 or len(above) >= MAX_NESTING // 2):
            above.pop()
        if above:
            _put_into(above[-1][1], item)
            for _, parent in above:
                parent.end = max(parent.end, item.end)
        else:
            roots.append(item)
        above.append((depth, item))
    return roots


def _put_into(parent: Item, item: Item) -> None:
    if parent.blocks and parent.blocks[-1].kind == "list":
        parent.blocks[-1].items.append(item)
        parent.blocks[-1].end = item.end
    else:
        nested = Block("list", item.first, item.end, items=[item], is_settled=True)
        parent.blocks.append(nested)


def _depth(item: Item, lines: Sequence[str]) -> int:
    """The column of a bullet that begins its line."""
    line = lines[item.first] if item.first < len(lines) else ""
    expanded = line[: len(line) - len(line.lstrip(" \t"))].expandtabs(4)
    return len(expanded)


def _with_plain_spaces(marker: re.Match[str]) -> str:
    return f"{' ' * len(marker[1])}{marker[2]}{' ' * len(marker[3])}"


def _without_front_matter(text: str) -> str:
    """The text with the lines of its front matter empty: data, not a heading."""
    match = _FRONT_MATTER.match(text)
    if match is None or not _KEY.search(match.group()):
        return text
    return "\n" * match.group().count("\n") + text[match.end() :]
