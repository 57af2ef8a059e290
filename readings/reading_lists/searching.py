"""The work: what is owed a search is searched on arXiv, and what was found is put down.

A row is taken by putting its time off: whoever dies over it leaves it owed.  No transaction is open
while arXiv is waited for.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from readings.core.http import FetchError, Passing
from readings.courses.services import touch_course
from readings.papers.arxiv_client import PaperMetadata, search_by_title
from readings.papers.claiming import pause_after
from readings.papers.fetching import (
    NOT_OFFLINE,
    OUR_FAULT,
    UNKNOWN_OFFLINE_SECONDS,
    asking_between,
)
from readings.papers.identifiers import Identifier, IdentifierKind
from readings.papers.pacing import NotYet
from readings.papers.services import add_papers
from readings.reading_lists.matching import (
    PROPOSED_FROM,
    TAKEN_FROM,
    author_agrees,
    confidence,
    could_be_on_arxiv,
    surname,
)
from readings.reading_lists.models import Entry, MatchState, TitleMatch
from readings.schedule.models import Reading
from readings.schedule.services import add_reading

logger = logging.getLogger(__name__)

LEASE: Final = dt.timedelta(minutes=3)  # longer than a search with its waiting takes
MAX_ATTEMPTS: Final = 12  # some four hours; a person may ask again
_LENGTHS: Final = {"title": 500, "authors": 500, "reason": 300}


@dataclass(frozen=True)
class Candidate:
    """A paper that may be the one, and how likely (0-100)."""

    paper: PaperMetadata
    confidence: int
    author_agrees: bool


def is_owed() -> bool:
    """Whether there is a search that could be begun now."""
    return TitleMatch.objects.filter(state=MatchState.OWED, due_at__lte=timezone.now()).exists()


def search_next() -> bool:
    """Do the search that has waited longest; whether there may be more to do at once."""
    match = _take()
    if match is None:
        return False
    if match.entry.reading_id is not None:  # somebody was faster
        match.delete()
        return True
    try:
        candidate = _search(match.entry)
    except NotYet as not_yet:
        _put_back(match, pause=not_yet.seconds)
        return False
    except Passing as passing:
        _put_off(match, reason=str(passing), retry_after=passing.retry_after)
        return False
    except FetchError as refusal:
        _record(match, None, reason=str(refusal))
    except Exception:
        logger.exception("searching for %s", match.entry)
        _put_off(match, reason=OUR_FAULT)
    else:
        if candidate is None and settings.ARXIV_STAND_IN:
            # The real arXiv knows more: it is asked once it answers.
            _put_back(match, pause=UNKNOWN_OFFLINE_SECONDS, reason=NOT_OFFLINE)
        else:
            _record(match, candidate)
    return True


def give_reading(entry: Entry, arxiv_id: str) -> Reading:
    """Make the paper a reading of the course, and that the entry's; it is fetched from now on."""
    (paper,) = add_papers(identifiers=[Identifier(IdentifierKind.ARXIV, arxiv_id)])
    reading = add_reading(course=entry.section.reading_list.course, paper=paper)
    entry.reading = reading
    entry.save(update_fields=["reading"])
    return reading


def best_of(entry: Entry, found: Sequence[PaperMetadata]) -> Candidate | None:
    """The likeliest of what was found, the first of those that are as likely."""
    candidates = [
        Candidate(
            paper=paper,
            confidence=confidence(
                title=entry.title,
                authors=entry.authors,
                year=entry.year,
                found_title=paper.title,
                found_authors=paper.authors,
                found_year=paper.published_at.year,
            ),
            author_agrees=author_agrees(entry.authors, paper.authors),
        )
        for paper in found
    ]
    return max(candidates, key=lambda one: one.confidence, default=None)


def _search(entry: Entry) -> Candidate | None:
    """Ask for the title as it stands, then for its words; what may be the work, or None."""
    if not could_be_on_arxiv(entry.year):
        return None
    for loosely in (False, True):
        with asking_between():
            found = search_by_title(entry.title, author=surname(entry.authors), loosely=loosely)
        best = best_of(entry, found)
        if best is not None and best.confidence >= PROPOSED_FROM:
            return best
    return None


def _take() -> TitleMatch | None:
    """The match that is ours for a while, or None."""
    now = timezone.now()
    owed = TitleMatch.objects.filter(state=MatchState.OWED, due_at__lte=now)
    for key, due_at in owed.order_by("due_at", "pk").values_list("pk", "due_at")[:5]:
        # The time once more: of two who saw the same row, one updates it.
        ours = TitleMatch.objects.filter(pk=key, state=MatchState.OWED, due_at=due_at)
        if ours.update(due_at=now + LEASE):
            return (
                TitleMatch.objects.select_related("entry__section__reading_list__course")
                .filter(pk=key)
                .first()
            )
    return None


def _put_back(match: TitleMatch, *, pause: float, reason: str = "") -> None:
    """Owe it as if it had not been taken: its turn had not come."""
    due_at = timezone.now() + dt.timedelta(seconds=pause)
    _still_ours(match).update(due_at=due_at, reason=reason or match.reason)


def _put_off(match: TitleMatch, *, reason: str, retry_after: float | None = None) -> None:
    """Owe it again after a pause, up to a limit."""
    attempts = match.attempts + 1
    pause = dt.timedelta(seconds=pause_after(attempts, retry_after=retry_after))
    state = MatchState.OWED if attempts < MAX_ATTEMPTS else MatchState.NOTHING
    _still_ours(match).update(
        state=state,
        attempts=attempts,
        reason=reason[: _LENGTHS["reason"]],
        due_at=timezone.now() + pause,
    )


def _record(match: TitleMatch, candidate: Candidate | None, *, reason: str = "") -> None:
    """Put down what was found, and take it at once where there is hardly a doubt."""
    state = _outcome(candidate)
    course_id = match.entry.section.reading_list.course_id
    with transaction.atomic():
        entry = Entry.objects.select_for_update().filter(pk=match.entry_id).first()
        # A person may have given the entry its reading, or another title, in the meantime.
        if entry is None or entry.reading_id is not None or entry.title != match.entry.title:
            _still_ours(match).update(due_at=timezone.now())
            return
        found: dict[str, object] = {}
        if candidate is not None:
            paper = candidate.paper
            if paper.arxiv_id == match.arxiv_id:  # refused under another title
                state = MatchState.REFUSED
            found = {
                "arxiv_id": paper.arxiv_id,
                "title": paper.title[: _LENGTHS["title"]],
                "authors": ", ".join(paper.authors)[: _LENGTHS["authors"]],
                "year": paper.published_at.year,
            }
        ours = _still_ours(match).update(
            state=state,
            confidence=candidate.confidence if candidate else 0,
            reason=reason[: _LENGTHS["reason"]],
            attempts=match.attempts + 1,
            **found,
        )
        if not ours:
            return
        if candidate is not None and state == MatchState.TAKEN:
            give_reading(match.entry, candidate.paper.arxiv_id)
        touch_course(course_id=course_id)


def _outcome(candidate: Candidate | None) -> MatchState:
    if candidate is None:
        return MatchState.NOTHING
    if candidate.confidence >= TAKEN_FROM and candidate.author_agrees:
        return MatchState.TAKEN
    return MatchState.PROPOSED


def _still_ours(match: TitleMatch) -> QuerySet[TitleMatch]:
    return TitleMatch.objects.filter(pk=match.pk, state=MatchState.OWED, due_at=match.due_at)
