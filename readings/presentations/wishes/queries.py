"""What is read about wishes: whose are handed in, until when, how many like a slot."""

from __future__ import annotations

import datetime as dt
import enum
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from readings.accounts.models import User
from readings.courses.access import Access
from readings.courses.models import Course, Event, Group
from readings.presentations import queries as slot_queries
from readings.presentations.blackouts import blackouts_of
from readings.presentations.models import Method, Sheet, SignUp, Slot
from readings.presentations.presenters import Presenter, columns_of
from readings.presentations.wishes.models import AssignmentRun, Ballot, Preference
from readings.presentations.wishes.ranking import Standing, close_gaps, standing_of

GRANTED = "presentations.wish_granted"
MISSED = "presentations.wish_missed"


class Wishing(enum.Enum):
    """Where a sheet by wishes stands."""

    NOT_YET = "not yet"
    OPEN = "open"
    CLOSED = "closed"
    GIVEN = "given"  # published: everybody knows what they got


def wishing_of(sheet: Sheet, *, is_given: bool, now: dt.datetime) -> Wishing:
    """Whether wishes can be handed in now; a limit belongs to what comes after it."""
    if is_given:
        return Wishing.GIVEN
    if sheet.closes_at is not None and now >= sheet.closes_at:
        return Wishing.CLOSED
    if sheet.opens_at is not None and now < sheet.opens_at:
        return Wishing.NOT_YET
    return Wishing.OPEN


def with_is_given(sheets: QuerySet[Sheet]) -> QuerySet[Sheet]:
    """Sheets with ``is_given``: whether an assignment was published."""
    published = AssignmentRun.objects.filter(sheet=OuterRef("pk"), published_at__isnull=False)
    return sheets.annotate(is_given=Exists(published))


def is_given(sheet: Sheet) -> bool:
    """Whether an assignment of the sheet was published."""
    return AssignmentRun.objects.filter(sheet=sheet, published_at__isnull=False).exists()


def sheets_by_wishes(course: Course) -> QuerySet[Sheet]:
    """The sheets that are, or were, given out by wishes, with ``is_given``."""
    sheets = with_is_given(Sheet.objects.filter(course=course))
    return sheets.filter(Q(method=Method.WISHES) | Q(is_given=True)).order_by("pk")


def have_auditors_a_sheet(course: Course) -> bool:
    """Whether auditors may present at all."""
    return Sheet.objects.filter(course=course, auditors_too=True).exists()


def find_ballot(sheet: Sheet, presenter: Presenter) -> Ballot | None:
    """What the person or group handed in."""
    ballots = Ballot.objects.filter(sheet=sheet, **columns_of(presenter))
    return ballots.select_related("updated_by").first()


def ranks_of(ballot: Ballot | None) -> dict[int, int]:
    """Slot id to rank, from 1 on without gaps."""
    if ballot is None:
        return {}
    ranks = Preference.objects.filter(ballot=ballot).values_list("slot_id", "rank")
    return close_gaps(dict(ranks))


def wished_by(slots: Collection[int]) -> dict[int, int]:
    """Slot id to how many persons or groups wish for it; a slot nobody wishes for is not in it."""
    counts = Preference.objects.filter(slot__in=slots).order_by().values("slot")
    return dict(counts.annotate(many=Count("pk")).values_list("slot", "many"))


@dataclass(frozen=True, slots=True)
class OnCard:
    """What a slot's card on the board says about wishes."""

    many: int  # persons or groups that wish for it
    rank: int | None  # of the reader, or their group
    url: str  # where it can be ranked now; empty for who ranks nothing


def on_cards(access: Access, slots: Sequence[Slot], *, now: dt.datetime) -> dict[int, OnCard]:
    """Slot id to its wishes, for the slots of sheets by wishes; in four queries.

    The slots need their sheets.  Counts only: who wishes for what is private.
    """
    shown = [slot for slot in slots if slot.sheet.method == Method.WISHES]
    if not shown or not access.is_member:
        return {}
    many = wished_by([slot.pk for slot in shown])
    mine = _ranks_of_reader(access)
    path = reverse("wishes:rank", args=[access.course.slug, 0])
    published = AssignmentRun.objects.filter(
        sheet__in={slot.sheet_id for slot in shown}, published_at__isnull=False
    )
    given = set(published.values_list("sheet", flat=True))
    return {
        slot.pk: OnCard(
            many=many.get(slot.pk, 0),
            rank=mine.get(slot.pk),
            url=path.replace("/0/", f"/{slot.sheet_id}/")
            if access.owes_notes
            and wishing_of(slot.sheet, is_given=slot.sheet_id in given, now=now) == Wishing.OPEN
            else "",
        )
        for slot in shown
    }


def _ranks_of_reader(access: Access) -> dict[int, int]:
    preferences = Preference.objects.filter(
        Q(ballot__user=access.user) | Q(ballot__group__members__user=access.user),
        slot__course=access.course,
    )
    ranks: dict[int, dict[int, int]] = defaultdict(dict)
    for ballot, slot, rank in preferences.values_list("ballot_id", "slot_id", "rank"):
        ranks[ballot][slot] = rank
    return {slot: rank for found in ranks.values() for slot, rank in close_gaps(found).items()}


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody is told about a slot that they got by their wishes, or about getting none."""

    sheet_id: int
    slot_id: int | None
    what: str  # "You got DSPy (Wed Sep 17)."
    why: str  # "Your 1st wish."
    url: str


@dataclass(frozen=True, slots=True)
class ToRank:
    """A sheet on which one may rank wishes now."""

    sheet: Sheet
    group: Group | None
    standing: Standing
    url: str

    @property
    def ranked(self) -> int:
        """How many slots are ranked."""
        return self.standing.ranked

    @property
    def words(self) -> str:
        """``2 ranked so far, 1 of them on days you can; 2 needed.``"""
        standing = self.standing
        words = f"{standing.ranked} ranked so far"
        if standing.possible < standing.ranked:
            whose = "all of you" if self.group else "you"
            words += f", {standing.possible} of them on days {whose} can"
        if standing.ranked and standing.possible < standing.needed:
            words += f"; {standing.needed} needed"
        return f"{words}."


@dataclass(frozen=True, slots=True)
class OnTop:
    """What the board says on top about one's wishes."""

    to_rank: list[ToRank]
    told: list[Told]

    def __bool__(self) -> bool:
        return bool(self.to_rank or self.told)


def on_top(access: Access, *, now: dt.datetime) -> OnTop:
    """One's sheets to rank and what came of it; the number of queries is constant."""
    if access.user is None or not access.owes_notes:
        return OnTop([], [])
    sheets = list(sheets_by_wishes(access.course))
    if not sheets:
        return OnTop([], [])
    told = told_to(access, access.user, now=now)
    is_open = _open_ones(sheets, now)
    if not is_open:
        return OnTop([], told)
    return OnTop(_to_rank(access, is_open, now=now), told)


def to_rank(access: Access, *, now: dt.datetime) -> list[ToRank]:
    """The sheets that one may rank now; the number of queries is constant."""
    if access.user is None or not access.owes_notes:
        return []
    sheets = _open_ones(sheets_by_wishes(access.course), now)
    return _to_rank(access, sheets, now=now) if sheets else []


def _open_ones(sheets: Iterable[Sheet], now: dt.datetime) -> list[Sheet]:
    return [
        sheet
        for sheet in sheets
        if sheet.method == Method.WISHES
        and wishing_of(sheet, is_given=sheet.is_given, now=now) == Wishing.OPEN  # type: ignore[attr-defined]
    ]


def _to_rank(access: Access, sheets: Sequence[Sheet], *, now: dt.datetime) -> list[ToRank]:
    group = Group.objects.filter(course=access.course, members__user=access.user).first()
    together = [] if group is None else group.members.values_list("user_id", flat=True)
    days = blackouts_of(access.course)
    mine = days.get(access.member.pk, set())
    ours = mine.union(*(days.get(person, set()) for person in together))
    today = now.astimezone(access.course.zone).date()
    rows = Preference.objects.filter(ballot__sheet__in=sheets).filter(
        Q(ballot__user=access.user) | Q(ballot__group=group, ballot__group__isnull=False)
    )
    wished: dict[int, dict[int, dt.date | None]] = defaultdict(dict)  # sheet to slot to day
    for sheet_id, slot, day in rows.values_list(
        "ballot__sheet_id", "slot_id", "slot__agenda_item__meeting__meets_on"
    ):
        if day is None or day >= today:
            wished[sheet_id][slot] = day
    for_me = _sheets_for(access, sheets, group)
    return [
        ToRank(
            sheet=sheet,
            group=group if sheet.is_for_groups else None,
            standing=standing_of(
                wished[sheet.pk],
                [
                    slot
                    for slot, day in wished[sheet.pk].items()
                    if day in (ours if sheet.is_for_groups else mine)
                ],
                needed=max(1, sheet.must_hold),
            ),
            url=reverse("wishes:rank", args=[access.course.slug, sheet.pk]),
        )
        for sheet in sheets
        if sheet.pk in for_me
    ]


def _sheets_for(access: Access, sheets: Sequence[Sheet], group: Group | None) -> set[int]:
    """Which of the sheets are for the reader, or their group."""
    chosen = Sheet.objects.filter(pk__in=[sheet.pk for sheet in sheets])
    alone = chosen.filter(Q(is_for_some=False) | Q(only_users=access.user))
    together = chosen.filter(Q(is_for_some=False) | Q(only_groups=group))
    mine = {sheet.pk for sheet in sheets if not sheet.is_for_groups}
    theirs = {sheet.pk for sheet in sheets if sheet.is_for_groups and group is not None}
    found = mine & set(alone.values_list("pk", flat=True))
    if theirs:
        found |= theirs & set(together.values_list("pk", flat=True))
    return found


def told_to(access: Access, user: User, *, now: dt.datetime) -> list[Told]:
    """Why ``user`` got what they still have by their wishes, or got nothing; two queries.

    What they gave away since, and what is over, is not told.
    """
    events = Event.objects.filter(
        course=access.course, recipient=user, kind__in=[GRANTED, MISSED]
    ).order_by("pk")
    details = [event.details for event in events]
    if not details:
        return []
    held = slot_queries.held_by(SignUp.objects.filter(slot__course=access.course), user)
    sign_ups = {one.slot_id: one for one in slot_queries.with_slot(held)}
    many = Counter(one.slot.sheet_id for one in sign_ups.values())
    today = now.astimezone(access.course.zone).date()
    board = reverse("presentations:sign_ups", args=[access.course.slug])
    # One sentence a slot, and one a sheet about slots that are missing: the last one said.
    told: dict[tuple[int, int | None], Told] = {}
    for one in details:
        sheet, slot = one["sheet"], one.get("slot")
        sign_up = sign_ups.get(slot)
        if sign_up is not None and not _is_past(sign_up.slot, today):
            what = got_sentence(sign_up.group or user, sign_up.slot)  # on the day that it is now
            told[sheet, slot] = Told(sheet, slot, what, one["why"], f"{board}#slot-{slot}")
        elif slot is None and many[sheet] < one["needs"]:
            told[sheet, None] = Told(sheet, None, one["what"], one["why"], board)
    return list(told.values())


def got_sentence(presenter: Presenter, slot: Slot) -> str:
    """``You got DSPy (Wed Sep 17).``, or what the group got."""
    whose = f"{presenter} got" if isinstance(presenter, Group) else "You got"
    return f"{whose} {slot_queries.describe(slot)}."


def _is_past(slot: Slot, today: dt.date) -> bool:
    """Whether the day of its class is over."""
    meeting = slot.agenda_item.meeting
    return meeting is not None and meeting.meets_on is not None and meeting.meets_on < today
