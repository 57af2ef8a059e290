"""What a course's rules say of a note that comes late, in sentences.  Pure."""

from __future__ import annotations

import datetime as dt

from readings.notes.policy import Late, NoteStanding, Policy, days_late


def late_words(policy: Policy, standing: NoteStanding, now: dt.datetime) -> str:
    """What somebody with this ``standing`` should know of the deadline; empty: nothing."""
    if not standing.is_owed or standing.due_at is None:
        return ""
    if standing.is_closed:
        if standing.is_submitted:
            return "The time for changes is over: what you submitted stays as it is."
        return (
            "The time for this note is over, and the course takes none afterwards. What you write "
            "here is kept as a draft."
        )
    if not standing.is_past:
        return _beforehand(policy)
    if standing.is_submitted:
        return "The deadline has passed: your note stays submitted. You can still change its text."
    if policy.late == Late.PENALISED:
        percent = min(100, policy.late_percent * days_late(policy, standing.due_at, now))
        return (
            f"The deadline has passed. You can still submit it{_for_days(policy)}: its mark is "
            f"lowered by {policy.late_percent} % for each day, now by {percent} %."
        )
    return (
        f"The deadline has passed. You can still submit it{_for_days(policy)}; it is called late."
    )


def _beforehand(policy: Policy) -> str:
    if policy.late == Late.REFUSED or policy.late_days == 0:
        return "No note is accepted after that."
    if policy.late == Late.PENALISED:
        return (
            f"A later note is accepted{_for_days(policy)}, and its mark is lowered by "
            f"{policy.late_percent} % for each day."
        )
    return f"A later note is accepted{_for_days(policy)}, and called late."


def _for_days(policy: Policy) -> str:
    days = policy.late_days
    if days is None:
        return ""
    return f" until {days} day{'' if days == 1 else 's'} after the deadline"
