"""Markdown with maths, as people type it, into HTML that is safe to show to others.

markdown-it (no raw HTML) -> MathML (math-core) -> nh3 (allow-list).  Done once, when a text is
written: the HTML is stored beside its Markdown.
"""

from __future__ import annotations

import html
import re
from typing import Any, Final

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from math_core import LatexError, LatexToMathML
from mdit_py_plugins.dollarmath import dollarmath_plugin

MAX_FORMULA: Final = 2_000  # characters; longer ones are shown as typed
MAX_FORMULAS: Final = 200  # in one text

_MATHML: Final = {
    "math": {"display"},
    "maction": set[str](),
    "menclose": {"notation"},
    "merror": set[str](),
    "mfrac": {"linethickness", "displaystyle"},
    "mi": {"mathvariant"},
    "mmultiscripts": set[str](),
    "mn": set[str](),
    "mo": {
        "fence", "form", "largeop", "lspace", "maxsize", "minsize", "movablelimits", "rspace",
        "separator", "stretchy", "symmetric",
    },
    "mover": {"accent"},
    "mpadded": set[str](),
    "mphantom": set[str](),
    "mprescripts": set[str](),
    "mroot": set[str](),
    "mrow": set[str](),
    "ms": set[str](),
    "mspace": set[str](),
    "msqrt": set[str](),
    "mstyle": {"displaystyle", "scriptlevel", "mathvariant"},
    "msub": set[str](),
    "msubsup": set[str](),
    "msup": set[str](),
    "mtable": {"displaystyle", "scriptlevel", "columnalign", "rowspacing"},
    "mtd": {"columnspan", "rowspan", "columnalign"},
    "mtext": set[str](),
    "mtr": {"columnalign"},
    "munder": {"accentunder"},
    "munderover": {"accent", "accentunder"},
    "none": set[str](),
}  # fmt: skip
_TEXT_TAGS: Final = {
    "a", "blockquote", "br", "code", "del", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p",
    "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES: Final = {"a": {"href", "title"}, "ol": {"start"}} | {
    tag: names for tag, names in _MATHML.items() if names
}
_CLEANER: Final = nh3.Cleaner(
    tags=_TEXT_TAGS | set(_MATHML),
    attributes=_ATTRIBUTES,
    allowed_classes={"span": {"math-error"}},
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener noreferrer nofollow ugc",
    generic_attribute_prefixes=set(),
)


class _Formulas:
    """Turns formulas of one text into MathML, up to its limits."""

    def __init__(self) -> None:
        self._left = MAX_FORMULAS
        self._converter = LatexToMathML(fancy_error=False, max_expansions=100)

    def mathml(self, latex: str, *, block: bool) -> str:
        """MathML of ``latex``, or what was typed where that is no formula or too long."""
        self._left -= 1
        if len(latex) <= MAX_FORMULA and self._left >= 0:
            try:
                return self._converter.convert_with_local_state(latex, displaystyle=block)
            except LatexError:
                pass
        mark = "$$" if block else "$"
        return f"<code>{html.escape(mark + latex + mark)}</code>"


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": True, "maxNesting": 20})
    parser.enable(["table", "strikethrough", "linkify"]).disable("image")
    if parser.linkify is not None:
        # A whole address becomes a link; "e.g.it" and a name of a file do not.
        parser.linkify.set({"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    parser.use(
        dollarmath_plugin,
        allow_labels=False,
        allow_space=False,
        allow_digits=False,
        double_inline=True,  # a displayed formula in the middle of a paragraph
    )
    parser.add_render_rule("math_inline", _render_inline)
    parser.add_render_rule("math_inline_double", _render_block)
    parser.add_render_rule("math_block", _render_block)
    parser.add_render_rule("heading_open", _render_heading)
    parser.add_render_rule("heading_close", _render_heading)
    return parser


def _render_inline(_self: Any, tokens: Any, index: int, _options: Any, env: Any) -> str:
    formulas: _Formulas = env["formulas"]
    return formulas.mathml(tokens[index].content, block=False)


def _render_block(_self: Any, tokens: Any, index: int, _options: Any, env: Any) -> str:
    formulas: _Formulas = env["formulas"]
    return formulas.mathml(tokens[index].content.strip(), block=True)


def _render_heading(_self: Any, tokens: Any, index: int, _options: Any, _env: Any) -> str:
    # The page owns the first two levels.
    token = tokens[index]
    level = min(int(token.tag[1]) + 2, 6)
    return f"<{'/' if token.nesting < 0 else ''}h{level}>"


_PARSER: Final = _parser()


def render_markdown(text: str) -> str:
    """Safe HTML of a Markdown text with ``$inline$`` and ``$$display$$`` maths.

    Raw HTML is shown as text, images are links' business, headings start at the third level.
    Formulas that are wrong or too long are shown as typed.  Never raises on any text.
    """
    clean = text.replace("\x00", "")
    return _CLEANER.clean(_PARSER.render(clean, {"formulas": _Formulas()})).strip()


_INLINE_MATH: Final = re.compile(r"(?<![\\$])\$([^$\n]{1,500}?)\$(?!\d)")


def render_with_maths(text: str) -> str:
    """Safe inline HTML of a plain text, a title or an abstract, whose ``$...$`` is maths.

    Nothing else is markup: arXiv's titles and abstracts are TeX, not Markdown.
    """
    formulas = _Formulas()
    parts: list[str] = []
    end = 0
    for match in _INLINE_MATH.finditer(text):
        parts.append(html.escape(text[end : match.start()]))
        parts.append(formulas.mathml(match.group(1), block=False))
        end = match.end()
    parts.append(html.escape(text[end:]))
    return _CLEANER.clean("".join(parts))


def trusted(rendered: str) -> SafeString:
    """Mark HTML that came out of this module (and was stored) as safe to show."""
    return mark_safe(rendered)  # noqa: S308 (it was cleaned when it was written)
