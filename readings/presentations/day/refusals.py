"""Why something about a talk is not taken, each a class with the sentence that people read."""

from __future__ import annotations

from readings.core.refusals import Refusal
from readings.presentations.day.models import TalkMark


class NotHandedIn(Refusal):
    """A file or a link was not taken."""


class NotTheirsAnyMore(Refusal):
    """The seat is somebody else's now."""

    def __init__(self, presenter: object) -> None:
        super().__init__(f"{presenter} does not have this slot any more. Nothing was handed in.")


class NoFeedback(Refusal):
    """There is nothing in it, or too much."""


class FeedbackChanged(Refusal):
    """The author said something else in the meantime, in another window."""

    def __init__(self) -> None:
        super().__init__(
            "You saved something else after this page was opened, in another window perhaps. What"
            " stands here is not saved: save again to put it in the place of what is stored."
        )


class NotAMark(Refusal):
    """The sheet gives no such mark."""


class MarkChanged(Refusal):
    """Somebody else marked it in the meantime; ``mark`` is what they gave."""

    def __init__(self, mark: TalkMark, words: str) -> None:
        super().__init__(
            f"{mark.given_by} {words} after this page was opened. Yours is not saved: save again to"
            " put it in the place of theirs."
        )
        self.mark = mark


class MarksChanged(Refusal):
    """Other marks wait to be returned than those that were agreed to."""

    def __init__(self, count: int) -> None:
        waiting = "1 mark waits" if count == 1 else f"{count} marks wait"
        super().__init__(f"Meanwhile {waiting} to be returned. Nothing was returned: look again.")
