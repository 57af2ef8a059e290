"""What people decide about papers that were found by their titles."""

from __future__ import annotations

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from readings.core.refusals import Refusal
from readings.courses.services import touch_course
from readings.papers.tasks import hint
from readings.reading_lists.models import Entry, MatchState, TitleMatch
from readings.reading_lists.searching import give_reading
from readings.reading_lists.tasks import search_titles
from readings.schedule.models import Reading


class NothingProposed(Refusal):
    """There is no proposal that could be taken or refused any more."""


class ReadingInUse(Refusal):
    """What people have put work into is not taken back."""


def take_match(*, match: TitleMatch) -> Reading:
    """Let the proposed paper be the entry's reading.  Raises ``NothingProposed``."""
    with transaction.atomic():
        locked = _locked(match)
        if locked.state != MatchState.PROPOSED or locked.entry.reading_id is not None:
            raise NothingProposed("Somebody else has decided about this paper meanwhile.")
        locked.state = MatchState.TAKEN
        locked.save(update_fields=["state"])
        return give_reading(locked.entry, locked.arxiv_id)


def refuse_match(*, match: TitleMatch) -> None:
    """Say that the proposed paper is another work; it is not proposed again."""
    with transaction.atomic():
        locked = _locked(match)
        if locked.state != MatchState.PROPOSED:
            raise NothingProposed("Somebody else has decided about this paper meanwhile.")
        locked.state = MatchState.REFUSED
        locked.save(update_fields=["state"])
        touch_course(course_id=locked.entry.section.reading_list.course_id)


def take_back_match(*, match: TitleMatch) -> None:
    """Part an entry from the paper that was taken for it, and refuse that paper.

    A reading that then stands nowhere leaves the course.  Raises ``ReadingInUse`` where people have
    put work into that.
    """
    with transaction.atomic():
        locked = _locked(match)
        entry = locked.entry
        reading = entry.reading
        if locked.state != MatchState.TAKEN or reading is None:
            raise NothingProposed("No paper was taken for this entry.")
        _take_off(entry)
        locked.state = MatchState.REFUSED
        locked.save(update_fields=["state"])
        if not (reading.entries.exists() or reading.agenda_items.exists()):
            try:
                with transaction.atomic():
                    reading.delete()
            except ProtectedError:
                raise ReadingInUse(
                    f"“{reading}” stays: somebody has written about it. Put it into a class first."
                ) from None
        touch_course(course_id=entry.section.reading_list.course_id)


def search_again(*, match: TitleMatch) -> None:
    """Owe the search once more, from now."""
    TitleMatch.objects.filter(pk=match.pk, state__in=[MatchState.OWED, MatchState.NOTHING]).update(
        state=MatchState.OWED, reason="", attempts=0, due_at=timezone.now()
    )
    hint(search_titles)


def _take_off(entry: Entry) -> None:
    if not entry.title:
        entry.title = str(entry.reading)[:500]
    entry.reading = None
    entry.save(update_fields=["reading", "title"])


def _locked(match: TitleMatch) -> TitleMatch:
    found = TitleMatch.objects.select_for_update(of=("self",))
    return found.select_related(
        "entry__section__reading_list__course", "entry__reading__paper"
    ).get(pk=match.pk)
