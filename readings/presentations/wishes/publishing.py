"""From a computed assignment to sign-ups, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone

from readings.accounts.models import User
from readings.courses.models import Audience, Group, GroupMember
from readings.courses.services import record_event
from readings.presentations import queries as slot_queries
from readings.presentations.assignment import (
    Assignment,
    Granted,
    Missing,
    Reason,
    assignment_from_json,
    sentence_of,
    task_from_json,
)
from readings.presentations.models import Method, Sheet, SignUp, Slot
from readings.presentations.presenters import Presenter, code_of, code_of_key, lock_presenters
from readings.presentations.refusals import (
    NotByWishes,
    RunAgain,
    SlotGone,
    WrongPresenter,
)
from readings.presentations.seating import (
    find_free_seat,
    lock_sheet,
    lock_slots,
    record,
    seat_presenter,
)
from readings.presentations.wishes.changes import Change, changes_between
from readings.presentations.wishes.models import AssignmentRun, FixedPlace, RunState
from readings.presentations.wishes.queries import GRANTED, MISSED, got_sentence
from readings.presentations.wishes.stating import state_task

_SAID = 5  # changes that a refusal names


def changes_since(run: AssignmentRun) -> list[Change]:
    """What changed since a run was asked for, first what forbids publishing it."""
    found = assignment_from_json(run.answer)
    pairs = [(one.party, one.slot) for one in found.granted]
    now = state_task(run.sheet, now=timezone.now())
    return changes_between(task_from_json(run.task), now, pairs)


def publish_run(*, run: AssignmentRun, actor: User) -> int:
    """Give everybody what the run says, and tell each of them why; how many seats were given.

    Publishing twice changes nothing.  Raises ``RunAgain`` with what changed in the course since, if
    it is not any more what the run was computed for, and ``NotByWishes``.
    """
    try:
        with transaction.atomic():
            rows = AssignmentRun.objects.select_for_update(of=("self",), no_key=True)
            locked = rows.select_related("sheet__course").get(pk=run.pk)
            if locked.published_at is not None:
                return 0
            if locked.state != RunState.DONE:
                raise RunAgain("There is nothing to publish: this one was not worked out.")
            return _publish(locked, actor)
    except (SlotGone, WrongPresenter) as gone:
        raise RunAgain(f"Not published. {gone} Run it again.") from gone
    except IntegrityError:  # met by somebody who did not lock
        raise RunAgain(
            "Not published: somebody took one of the seats a moment ago. Run it again."
        ) from None


def _publish(run: AssignmentRun, actor: User) -> int:
    found = assignment_from_json(run.answer)
    presenters = _presenters(run, found)
    lock_presenters(run.sheet.course, list(presenters.values()))
    run.sheet = sheet = lock_sheet(run.sheet)
    if sheet.method != Method.WISHES:
        raise NotByWishes(f"“{sheet.title}” is not given out by wishes any more.")
    slots = lock_slots([int(one.slot) for one in found.granted])
    against = [one.sentence for one in changes_since(run) if one.forbids]
    if against:
        said = " ".join(against[:_SAID])
        more = f" And {len(against) - _SAID} more." if len(against) > _SAID else ""
        raise RunAgain(f"Not published, as things changed since. {said}{more} Run it again.")
    held = _held(sheet)
    given = 0
    teller = _Teller(run, actor, presenters)
    for one in found.granted:
        slot = slots[int(one.slot)]
        if (one.party, one.slot) in held:
            continue
        seat = find_free_seat(slot)
        if seat is None:
            raise RunAgain(f"Not published: no seat of {slot} is free any more. Run it again.")
        sign_up = seat_presenter(seat, slot, presenters[one.party], actor)
        teller.tell_granted(one, slot, sign_up)
        given += 1
    for lack in found.missing:
        teller.tell_missing(lack)
    _end_wishing(sheet)
    # What was to be done is done: from now on these are seats that are held.
    FixedPlace.objects.filter(slot__sheet=sheet).delete()
    run.published_at = timezone.now()
    run.save(update_fields=["published_at"])
    seats = "1 seat is" if given == 1 else f"{given} seats are"
    record_event(
        course=sheet.course,
        actor=actor,
        kind="presentations.assignment_published",
        summary=f"“{sheet.title}” is given out by wishes: {seats} taken",
        details={"sheet": sheet.pk, "run": run.pk, "seed": run.seed},
    )
    return given


def seats_to_give(run: AssignmentRun) -> list[tuple[str, str]]:
    """Whom publishing gives which slot, by their keys: what they do not have yet."""
    held = _held(run.sheet)
    granted = assignment_from_json(run.answer).granted
    return [(one.party, one.slot) for one in granted if (one.party, one.slot) not in held]


def _held(sheet: Sheet) -> set[tuple[str, str]]:
    rows = SignUp.objects.filter(slot__sheet=sheet).values_list("user_id", "group_id", "slot_id")
    return {(code_of_key((user, group)), str(slot)) for user, group, slot in rows}


def _end_wishing(sheet: Sheet) -> None:
    """Whoever looks at the sheet from now on is not asked for wishes any more."""
    now = timezone.now()
    if sheet.closes_at is not None and sheet.closes_at <= now:
        return
    if sheet.opens_at is not None and sheet.opens_at >= now:  # it closes before it opened
        sheet.opens_at = None
    sheet.closes_at = now
    sheet.save(update_fields=["opens_at", "closes_at"])


def _presenters(run: AssignmentRun, found: Assignment) -> dict[str, Presenter]:
    """By key, everybody who gets something or lacks something.  Raises ``WrongPresenter``."""
    keys = {one.party for one in found.granted} | {one.party for one in found.missing}
    groups = Group.objects.filter(course=run.sheet.course_id, pk__in=_numbers(keys, "g"))
    people = User.objects.filter(pk__in=_numbers(keys, "u"))
    presenters: list[Presenter] = [*groups, *people]
    there = {code_of(one): one for one in presenters}
    gone = [one.name for one in task_from_json(run.task).parties if one.key in keys - there.keys()]
    if gone:
        raise WrongPresenter(f"{', '.join(gone)}: not there any more.")
    return there


def _numbers(keys: set[str], kind: str) -> list[int]:
    return [int(key[1:]) for key in keys if key.startswith(kind)]


def _told(reason: Reason) -> str:
    """What others ranked is theirs to know, and the staff's."""
    return sentence_of(reason, names_others=False)


class _Teller:
    """Tells everybody what they got, and why: each member of a group, too."""

    def __init__(
        self,
        run: AssignmentRun,
        actor: User,
        presenters: Mapping[str, Presenter],
    ) -> None:
        self._run, self._actor, self._presenters = run, actor, presenters
        self._people: dict[str, list[User]] = {}
        members = GroupMember.objects.filter(course=run.sheet.course_id).select_related("user")
        for member in members.order_by("pk"):
            self._people.setdefault(f"g{member.group_id}", []).append(member.user)

    def tell_granted(self, one: Granted, slot: Slot, sign_up: SignUp) -> None:
        """Write down that a seat was given, for everybody and for each who got it."""
        presenter, name = self._presenters[one.party], slot_queries.describe(slot)
        record(slot, self._actor, "assigned", f"{presenter} was given {name} by wishes", sign_up)
        what = got_sentence(presenter, slot)
        self._tell(one.party, GRANTED, what, _told(one.reason), slot=slot)

    def tell_missing(self, lack: Missing) -> None:
        """Write down for those concerned that they lack slots."""
        needs = self._run.sheet.must_hold or 1
        title = self._run.sheet.title
        more = "too few slots" if needs > lack.short else "no slot"
        presenter = self._presenters[lack.party]
        whose = f"{presenter} has" if isinstance(presenter, Group) else "You have"
        self._tell(
            lack.party,
            MISSED,
            f"{whose} {more} of “{title}”.",
            _told(lack.reason),
            needs=needs,
        )

    def _tell(
        self,
        party: str,
        kind: str,
        what: str,
        why: str,
        *,
        slot: Slot | None = None,
        needs: int | None = None,
    ) -> None:
        presenter = self._presenters[party]
        people: Sequence[User]
        people = self._people.get(party, []) if isinstance(presenter, Group) else [presenter]
        for person in people:
            record_event(
                course=self._run.sheet.course,
                actor=self._actor,
                kind=kind,
                summary=f"{what} {why}",
                audience=Audience.MEMBERS,
                recipient=person,
                details={
                    "sheet": self._run.sheet_id,
                    "run": self._run.pk,
                    "slot": slot.pk if slot else None,
                    "what": what,
                    "why": why,
                    "needs": needs,
                },
            )
