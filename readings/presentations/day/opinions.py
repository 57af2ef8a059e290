"""What the class thought of a talk: the one writer, and how it is shown."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import IntegrityError, transaction

from readings.accounts.models import User
from readings.courses.models import Audience
from readings.courses.services import record_event
from readings.presentations.day.models import TalkFeedback
from readings.presentations.day.refusals import FeedbackChanged, NoFeedback
from readings.presentations.day.talks import Talk
from readings.presentations.seating import lock_slot

MAX_TEXT: Final = 4_000  # characters
CLARITY: Final = (
    (1, "lost me"), (2, "hard to follow"), (3, "mostly clear"), (4, "clear"), (5, "very clear"),
)  # fmt: skip
DEPTH: Final = (
    (1, "on the surface"), (2, "a little"), (3, "enough"), (4, "deep"), (5, "very deep"),
)  # fmt: skip
GIVEN: Final = "presentations.feedback_given"
WITHDRAWN: Final = "presentations.feedback_withdrawn"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one person says."""

    clarity: int | None = None
    depth: int | None = None
    liked: str = ""
    improve: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said."""
        return not (self.clarity or self.depth or self.liked or self.improve)


@dataclass(frozen=True, slots=True)
class Summary:
    """What the class said together, without names and in no order that tells them."""

    count: int
    clarity: float | None  # the mean
    depth: float | None
    liked: Sequence[str]
    improve: Sequence[str]


def give_feedback(
    *, talk: Talk, author: User, opinion: Opinion, at: dt.datetime, version: str = ""
) -> TalkFeedback:
    """Say what one thought, or say it anew.

    ``version`` is ``version_of`` what the author saw.  Raises ``FeedbackChanged`` when they saved
    something else meanwhile, ``NoFeedback`` and ``SlotGone``.
    """
    if opinion.is_empty:
        raise NoFeedback("There is nothing in it yet: answer at least one of the questions.")
    if max(len(opinion.liked), len(opinion.improve)) > MAX_TEXT:
        raise NoFeedback(f"A text may have {MAX_TEXT:,} characters: shorten it. It was not saved.")
    try:
        with transaction.atomic():
            return _give(talk, author, opinion, version, at)
    except IntegrityError:  # a second press at the same moment made it
        with transaction.atomic():
            return _give(talk, author, opinion, version, at)


def withdraw_feedback(*, talk: Talk, author: User) -> bool:
    """Take back what one said; False when there was nothing."""
    with transaction.atomic():
        gone, _rows = TalkFeedback.objects.filter(**talk.columns, author=author).delete()
        if gone:
            _record(talk, author, WITHDRAWN, f"{author} took back their feedback on {talk.name}")
    return bool(gone)


def feedback_of(talk: Talk) -> list[TalkFeedback]:
    """Everything that was said, with who said it; one query."""
    return list(TalkFeedback.objects.filter(**talk.columns).select_related("author"))


def own_feedback(talk: Talk, author: User) -> TalkFeedback | None:
    """What the person said; one query."""
    return TalkFeedback.objects.filter(**talk.columns, author=author).first()


def version_of(feedback: TalkFeedback | None) -> str:
    """What tells one saved state from another; empty where nothing was said."""
    return feedback.updated_at.isoformat() if feedback else ""


def summary_of(given: Sequence[TalkFeedback]) -> Summary:
    """All of it together."""
    return Summary(
        count=len(given),
        clarity=_mean([one.clarity for one in given]),
        depth=_mean([one.depth for one in given]),
        liked=[one.liked for one in _mixed(given, "liked") if one.liked],
        improve=[one.improve for one in _mixed(given, "improve") if one.improve],
    )


def _mixed(given: Sequence[TalkFeedback], question: str) -> list[TalkFeedback]:
    """In an order that stays and tells nothing; another one for each question."""
    return sorted(given, key=lambda one: hashlib.sha256(f"{question} {one.pk}".encode()).digest())


def _mean(steps: Sequence[int | None]) -> float | None:
    said = [one for one in steps if one is not None]
    return sum(said) / len(said) if said else None


def _give(
    talk: Talk, author: User, opinion: Opinion, version: str, at: dt.datetime
) -> TalkFeedback:
    lock_slot(talk.slot)
    feedback = own_feedback(talk, author)
    is_new = feedback is None
    seen = version_of(feedback)
    if feedback is None:
        feedback = TalkFeedback(**talk.columns, author=author, created_at=at)
    before = Opinion(feedback.clarity, feedback.depth, feedback.liked, feedback.improve)
    if before == opinion:
        return feedback  # a second press of the button
    if not is_new and version != seen:
        raise FeedbackChanged
    feedback.clarity, feedback.depth = opinion.clarity, opinion.depth
    feedback.liked, feedback.improve = opinion.liked, opinion.improve
    feedback.updated_at = at
    feedback.save()
    what = "gave feedback on" if is_new else "changed their feedback on"
    _record(talk, author, GIVEN, f"{author} {what} {talk.name} ({talk.presenter})")
    return feedback


def _record(talk: Talk, author: User, kind: str, summary: str) -> None:
    # For the staff alone: it names who said it.
    record_event(
        course=talk.slot.course,
        actor=author,
        kind=kind,
        summary=summary,
        audience=Audience.STAFF,
        details={"slot": talk.slot.pk, "presenter": talk.key},
    )
