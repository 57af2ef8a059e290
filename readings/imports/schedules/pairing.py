"""Links that stand in a column of their own, put to the items they are about."""

from __future__ import annotations

from collections.abc import Sequence

from readings.imports.schedules.agenda import LABEL_LENGTH
from readings.imports.tables import Part, part_anchors
from readings.imports.understood import Item, Link, Session
from readings.imports.wording.kinds import meaning_of
from readings.imports.wording.links import identifiers_of, name_in, role_of, role_said, same_name
from readings.papers.identifiers import parse_identifier


def pair_links(
    part: Part,
    sessions: Sequence[Session],
    *,
    here: Session,
    otherwise: str,
    works: Sequence[Item] = (),
) -> list[Link]:
    """Put each link of ``part`` on the item it names: in ``here``, else in the row's others.

    A link that names nothing goes to the only item of ``here``, or to the next of its ``works``
    that has no link yet.  Those that fit nowhere stay on ``here`` and are returned.
    """
    left: list[Link] = []
    order = [here, *(session for session in sessions if session is not here)]
    for anchor in part_anchors(part):
        role = role_said(anchor.label) or role_of("", anchor.url, otherwise=otherwise)
        if otherwise != "other":  # the column says what its links are
            role = role_said(anchor.label) or otherwise
        link = Link(anchor.url, role, anchor.label or None)
        name = same_name(name_in(anchor.label))
        item = next(
            (item for session in order for item in session.agenda if _is_called(item, name)), None
        )
        if item is None and not name:
            item = _next_without(role, here, works)
        if item is None:
            here.links.append(link)
            left.append(link)
        else:
            item.links.append(link)
            _name_work(item, link)
    return left


def _next_without(role: str, here: Session, works: Sequence[Item]) -> Item | None:
    if len(here.agenda) == 1:
        return here.agenda[0]
    free = (one for one in works if not any(link.role == role for link in one.links))
    own = [one for one in free if any(one is item for item in here.agenda)]
    return own[0] if own else None


def _name_work(item: Item, link: Link) -> None:
    """Words beside a link to a paper in a column of its own are that paper."""
    identifier = parse_identifier(link.url)
    if item.identity or identifier is None or item.kind not in {"papers", "other"}:
        return
    if link.role in {"paper", "pdf"} and meaning_of(item.text or "").status == "class":
        item.identifiers, item.kind = identifiers_of(identifier), "papers"
        name = item.text or ""
        item.text = None
        if len(name) > LABEL_LENGTH:
            item.title = name
        else:
            item.label = name or None


def _is_called(item: Item, name: str) -> bool:
    return bool(name) and name in {same_name(item.label or ""), same_name(item.name)}
