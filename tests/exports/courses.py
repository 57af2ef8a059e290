"""Courses that hypothesis makes: the values of a schedule, sensible and otherwise."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from readings.exports.term import Term, Work
from readings.imports.understood import Item, Link, Session
from readings.papers.identifiers import canonical_url, parse_identifier
from readings.schedule.models import Kind, LinkRole

#: What real agendas say, and what looks like something else in a table.
PHRASES = [
    "Introduction",
    "Labor Day",
    "Class is cancelled",
    "Group Presentations",
    "Repo Deconstruct",
    "Special Guest?",
    "[Open]",
    "A, B; C & D",
    "Optional: more reading",
    "1. First | second",
    "- dashes --- and ---",
    "__init__",
    "`code` *stars* _lines_ ~~gone~~",
    "<script>alert(1)</script>",
    "&amp; &#124; \\| \\",
    "[[paper](https://example.org)]",
    "see https://example.org/a and arXiv:1706.03762",
    "**Sep 8**",
    "(chapters 1-3)",
    "编译器与人工智能",
    "مترجم",
    "$O(n^2)$",
    "#1",
    "> quoted",
    "<!-- Seminar: holiday -->",
    "<br>",
]
URLS = [
    "https://example.org/slides.pdf",
    "https://youtu.be/abc",
    "https://github.com/ann/code",
    "https://example.org/a(b)c",
    "https://example.org/a|b",
    "https://example.org/?q=1&r=2",
    "https://arxiv.org/abs/1910.02054",
    "https://doi.org/10.1145/3620665.3640366",
]
WORKS = [
    "https://arxiv.org/abs/2310.03714",
    "https://arxiv.org/abs/1802.04799",
    "https://arxiv.org/abs/cs/0112017",
    "https://doi.org/10.1145/3315508.3329973",
    "https://example.org/blog/post(1)",
    "https://openreview.net/forum?id=x|y",
]

letters = st.characters(
    categories=["L", "N", "P", "S", "Zs"], exclude_characters="\u00a0\u2007\u202f\u3000\u2060"
)


def texts(length: int) -> st.SearchStrategy[str]:
    """Words of up to so many characters, with single plain spaces in them."""
    made = st.one_of(st.sampled_from(PHRASES), st.text(letters, min_size=1, max_size=30))
    tidy = made.map(lambda text: " ".join("".join(map(_plain_space, text)).split())[:length])
    return tidy.map(str.strip).filter(bool)


def _plain_space(character: str) -> str:
    return " " if character.isspace() else character


links = st.builds(
    Link,
    url=st.sampled_from(URLS),
    role=st.sampled_from(LinkRole.values),
    label=st.none() | texts(60),
)
_kinds = st.sampled_from(Kind.values)
_stages = st.sampled_from([None, "pitch", "update", "final"])
_names = st.sampled_from(["Ann Lee", "Smith, John", "Johnson & Johnson", "李明", "A and B"])
_presenters = st.lists(_names, max_size=2)


def _reading(url: str, **fields: object) -> Item:
    identifier = parse_identifier(url)
    assert identifier is not None
    return Item(line=1, identifiers={identifier.kind.value: identifier.value}, **fields)  # type: ignore[arg-type]


readings = st.builds(
    _reading,
    st.sampled_from(WORKS),
    kind=_kinds,
    stage=_stages,
    label=st.none() | texts(60),
    text=st.none() | texts(80),
    links=st.lists(links, max_size=2, unique_by=lambda link: link.url),
    presenters=_presenters,
    required=st.booleans(),
)
words = st.builds(
    Item,
    line=st.just(1),
    kind=_kinds,
    stage=_stages,
    text=texts(300),
    links=st.lists(links, max_size=2, unique_by=lambda link: link.url),
    presenters=_presenters,
)
#: What most courses have: nothing that is hard to say.
simple_items = st.one_of(
    st.builds(
        _reading,
        st.sampled_from(WORKS[:3]),
        kind=st.just("papers"),
        label=st.sampled_from(["DSPy", "TVM", None]),
    ),
    st.builds(Item, line=st.just(1), kind=st.just("lecture"), text=st.just("Introduction")),
)


@st.composite
def terms(draw: st.DrawFn) -> Term:
    """A term of a few weeks: dated or not, with several classes a day, holidays, anything."""
    start = draw(st.dates(dt.date(1995, 1, 1), dt.date(2090, 1, 1)))
    is_dated = draw(st.booleans())
    items = st.one_of(simple_items, readings, words)
    sessions = []
    for week in range(1, draw(st.integers(1, 4)) + 1):
        monday = start + dt.timedelta(days=7 * week - start.weekday())
        days = draw(st.lists(st.integers(0, 6), min_size=1, max_size=3).map(sorted))
        for day in days:
            date = monday + dt.timedelta(days=day) if is_dated else None
            sessions.append(
                Session(
                    week=week,
                    date_text="",
                    line=1,
                    date=date,
                    time=draw(st.sampled_from([None, None, "10:30", "14:00"])) if date else None,
                    status=draw(st.sampled_from(["class", "class", "holiday", "cancelled"])),
                    agenda=draw(st.lists(items, max_size=3)),
                )
            )
    return Term(
        title=draw(texts(60)),
        name=draw(st.sampled_from(["", "Fall 2025", "Winter", "Spring 1999"])),
        usual_time=draw(st.sampled_from([None, "10:30"])),
        sessions=sessions,
        works={item.identity: work_of(item) for one in sessions for item in one.agenda
               if item.identity},
    )  # fmt: skip


def work_of(item: Item) -> Work:
    """What is known of an item's work."""
    assert item.identity
    return work_of_identity(item.identity)


def work_of_identity(identity: tuple[str, str]) -> Work:
    """What is known of a work: the third of them has no title yet."""
    url = next(url for url in WORKS if _reading(url, kind="papers").identity == identity)
    identifier = parse_identifier(url)
    assert identifier is not None
    titles = ["DSPy: Compiling Calls", "TVM", "arXiv:cs/0112017", "Triton, a language", "A post"]
    title = dict(zip(WORKS, titles, strict=False)).get(url, "Pipes | and [brackets]")
    return Work(title, canonical_url(identifier), ("Ann Lee", "Bo Chu", "Cy Day"), 2020)
