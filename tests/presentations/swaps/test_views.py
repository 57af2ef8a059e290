"""The pages of swaps: who sees what, and what a press of a button answers."""

from __future__ import annotations

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from readings.accounts.models import User
from readings.calendars.services import calendar_token_of
from readings.courses.access import find_access
from readings.courses.models import Course, Visibility
from readings.presentations import queries as slot_queries
from readings.presentations.models import SignUp, Slot, Swaps, TakenBy
from readings.presentations.queries import with_item
from readings.presentations.seating import seat_presenter
from readings.presentations.swaps import services
from readings.presentations.swaps.models import SwapKind, SwapRequest, SwapState
from readings.presentations.swaps.queries import on_cards, on_top
from readings.schedule.models import AgendaItem
from tests import factories
from tests.calendars.parsing import feed
from tests.conftest import SignIn
from tests.pages_text import words
from tests.presentations.swaps.conftest import (
    enrolled,
    holders,
    set_rules,
    slot_on,
    staff_agree,
    taken,
)

pytestmark = pytest.mark.django_db

PAGE = "/c/compilers/sign-ups/swaps/"
ACTIONS = ("accept", "decline", "withdraw", "agree", "disagree")


def offer_url(slot: Slot, way: str = "swap") -> str:
    return f"/c/compilers/sign-ups/{slot.pk}/offer/?way={way}"


def act_url(request: SwapRequest, action: str) -> str:
    return f"{PAGE}{request.pk}/{action}/"


def swap_with(slot: Slot, bob: User, priya: User, counter: Slot) -> SwapRequest:
    return services.offer_seat(
        slot=slot, actor=bob, kind=SwapKind.SWAP, to=priya, counter=counter, message="I am away."
    )


# --- Offering ----------------------------------------------------------------------------------


def test_one_is_offered_a_swap_and_accepts(
    bobs: Slot, priyas: Slot, bob: User, priya: User, sign_in: SignIn
) -> None:
    mine, theirs = sign_in(bob), sign_in(priya)
    form = words(mine.get(offer_url(bobs)))
    assert "Priya Singh" in form
    data = {"whom": f"u{priya.pk}-{priyas.pk}", "message": "I am <b>away</b>."}
    assert mine.post(offer_url(bobs), data)["Location"] == PAGE
    assert "Offered to Priya Singh" in words(mine.get(PAGE))
    page = theirs.get(PAGE)
    assert "Bob Baker offers" in words(page)
    assert "I am &lt;b&gt;away&lt;/b&gt;." in page.content.decode()
    done = theirs.post(act_url(SwapRequest.objects.get(), "accept"), follow=True)
    assert "is yours now." in words(done)
    assert (holders(bobs), holders(priyas)) == (["Priya Singh"], ["Bob Baker"])


def test_whom_the_rules_forbid_is_not_offered_and_one_reads_why(
    bobs: Slot, priyas: Slot, bob: User, lee: User, sign_in: SignIn
) -> None:
    set_rules(bobs.sheet, may_hold=1)
    response = sign_in(bob).get(offer_url(bobs, "hand_over"))
    assert [words_ for _key, words_ in response.context["form"]["whom"].field.choices][1:] == [
        "Lee Lopez"
    ]
    assert "Priya Singh would hold more slots of this sheet than one may." in words(response)
    assert "Erin Evans" not in words(response)


def test_what_is_refused_keeps_what_was_typed(
    bobs: Slot, bob: User, lee: User, sign_in: SignIn
) -> None:
    client = sign_in(bob)
    client.post(offer_url(bobs, "all"), {"message": "Please"})
    again = client.post(
        offer_url(bobs, "hand_over"), {"whom": f"u{lee.pk}", "message": "Please, Lee"}
    )
    assert "This seat is offered already, to all ." in words(again)
    assert "Please, Lee" in again.content.decode()
    long = client.post(offer_url(bobs, "hand_over"), {"whom": "u0", "message": "x" * 301})
    assert "choose again" in words(long)
    assert "at most 300" in words(long)
    assert SwapRequest.objects.count() == 1


def test_the_form_of_somebody_elses_seat_leads_away(
    bobs: Slot, priya: User, sign_in: SignIn
) -> None:
    page = sign_in(priya).get(offer_url(bobs), follow=True)
    assert "You have no seat there to offer." in words(page)


# --- The page ----------------------------------------------------------------------------------


def test_an_offer_to_all_is_taken_with_a_seat_in_return(
    course: Course, bobs: Slot, priyas: Slot, bob: User, priya: User, lee: User, sign_in: SignIn
) -> None:
    more = taken(slot_on(course, "MLIR", 28), priya)
    request = services.offer_seat(slot=bobs, actor=bob, kind=SwapKind.SWAP)
    assert "You have no seat of this sheet to give in return." in words(sign_in(lee).get(PAGE))
    client = sign_in(priya)
    page = words(client.get(PAGE))
    assert "In return I give" in page
    assert "MLIR" in page
    client.post(act_url(request, "accept"), {"counter": more.pk})
    assert (holders(bobs), holders(more)) == (["Priya Singh"], ["Bob Baker"])
    late = sign_in(lee).post(act_url(request, "accept"), {"counter": "x"}, follow=True)
    assert "This is done already" in words(late)


def test_what_is_between_two_is_nobody_elses(
    course: Course,
    bobs: Slot,
    priyas: Slot,
    bob: User,
    priya: User,
    lee: User,
    erin: User,
    dave: User,
    sign_in: SignIn,
) -> None:
    request = swap_with(bobs, bob, priya, priyas)
    for other in (lee, erin):
        client = sign_in(other)
        assert "I am away." not in words(client.get(PAGE))
        for action in ACTIONS:
            assert client.post(act_url(request, action), {"why": "No"}).status_code == 404
    course.visibility = Visibility.PUBLIC
    course.save()
    for outside in (sign_in(dave), Client()):
        assert outside.get(PAGE).status_code == 404
        assert outside.get(offer_url(bobs)).status_code == 404
        for action in ACTIONS:
            assert outside.post(act_url(request, action), {"why": "No"}).status_code == 404
    request.refresh_from_db()
    assert request.state == SwapState.OFFERED


def test_staff_see_what_one_offers_another_and_have_no_button_for_it(
    bobs: Slot, priyas: Slot, bob: User, priya: User, alice: User, sign_in: SignIn
) -> None:
    request = swap_with(bobs, bob, priya, priyas)
    page = sign_in(alice).get(PAGE)
    assert "Offered to one Bob Baker offers to Priya Singh" in words(page)
    assert act_url(request, "accept") not in page.content.decode()


def test_students_do_not_agree_in_the_place_of_staff(
    bobs: Slot, priyas: Slot, bob: User, priya: User, sign_in: SignIn
) -> None:
    staff_agree(bobs.sheet)
    request = swap_with(bobs, bob, priya, priyas)
    services.accept(request=request, actor=priya)
    for action in ("agree", "disagree"):
        assert sign_in(priya).post(act_url(request, action), {"why": "x"}).status_code == 404
    assert sign_in(priya).post(f"{PAGE}exchange/").status_code == 404
    assert holders(bobs) == ["Bob Baker"]


def test_auditors_see_offers_to_all_only_where_they_present(
    bobs: Slot, bob: User, erin: User, sign_in: SignIn
) -> None:
    request = services.offer_seat(slot=bobs, actor=bob, kind=SwapKind.HAND_OVER)
    client = sign_in(erin)
    assert "DSPy" not in words(client.get(PAGE))
    assert client.post(act_url(request, "accept")).status_code == 404
    set_rules(bobs.sheet, auditors_too=True)
    assert "DSPy" in words(client.get(PAGE))


def test_staff_agree_or_say_why_not(
    bobs: Slot, priyas: Slot, bob: User, priya: User, carol: User, sign_in: SignIn
) -> None:
    staff_agree(bobs.sheet)
    client = sign_in(carol)
    request = swap_with(bobs, bob, priya, priyas)
    services.accept(request=request, actor=priya)
    page = words(client.get(PAGE))
    assert "For you to agree to" in page
    assert "Say why" in words(client.post(act_url(request, "disagree"), {"why": ""}))
    client.post(act_url(request, "disagree"), {"why": "Slides are in."})
    assert "Slides are in." in words(sign_in(bob).get(PAGE))
    again = swap_with(bobs, bob, priya, priyas)
    services.accept(request=again, actor=priya)
    client.post(act_url(again, "agree"))
    assert holders(bobs) == ["Priya Singh"]


def test_staff_exchange_two_seats(bobs: Slot, priyas: Slot, alice: User, sign_in: SignIn) -> None:
    client = sign_in(alice)
    one, other = SignUp.objects.get(slot=bobs), SignUp.objects.get(slot=priyas)
    same = client.post(f"{PAGE}exchange/", {"one": one.pk, "other": one.pk})
    assert "exchanged with somebody else" in words(same)
    missing = client.post(f"{PAGE}exchange/", {"one": one.pk, "other": ""})
    assert "Choose a seat." in words(missing)
    client.post(f"{PAGE}exchange/", {"one": one.pk, "other": other.pk})
    assert (holders(bobs), holders(priyas)) == (["Priya Singh"], ["Bob Baker"])


def test_what_is_no_longer_possible_is_shown_as_that_before_anybody_acts(
    bobs: Slot, priyas: Slot, bob: User, priya: User, sign_in: SignIn
) -> None:
    swap_with(bobs, bob, priya, priyas)
    SignUp.objects.get(slot=bobs).delete()
    page = words(sign_in(priya).get(PAGE))
    assert "Bob Baker does not have this seat any more." in page
    assert "Offered to you" not in page
    assert SwapRequest.objects.get().state == SwapState.OFFERED  # looking writes nothing


def test_the_page_asks_the_same_for_one_offer_and_for_thirty(
    course: Course, bobs: Slot, priyas: Slot, bob: User, priya: User, alice: User, sign_in: SignIn
) -> None:
    services.offer_seat(slot=bobs, actor=bob, kind=SwapKind.SWAP)
    counts: dict[User, list[int]] = {alice: [], priya: []}
    for turn in range(2):
        for reader, found in counts.items():
            client = sign_in(reader)
            client.get(PAGE)
            with CaptureQueriesContext(connection) as asked:
                client.get(PAGE)
            found.append(len(asked))
            slots = with_item(Slot.objects.filter(course=course))
            access = find_access(user=reader, slug="compilers")
            with CaptureQueriesContext(connection) as asked:
                on_cards(access, list(slots))
                on_top(access)
            found.append(len(asked))
        for number in range(29 if not turn else 0):
            student = enrolled(course, f"Student {number}")
            slot = slot_on(course, f"Paper {number}", 30 + number)
            seat_presenter(slot.seats.get(), slot, student, student)
            to, counter = (priya, priyas) if number % 2 else (None, None)
            SwapRequest.objects.create(
                course=course,
                kind=SwapKind.SWAP,
                slot=slot,
                user=student,
                to_user=to,
                counter_slot=counter,
            )
    for found in counts.values():
        assert found[:2] == found[2:]


# --- The board, the schedule, the feed ------------------------------------------------------------


def test_a_card_says_what_is_offered_and_where_to_offer(
    course: Course, bobs: Slot, priyas: Slot, bob: User, priya: User, lee: User
) -> None:
    def lines(user: User, slot: Slot) -> list[str]:
        slots = list(with_item(Slot.objects.filter(course=course)))
        card = on_cards(find_access(user=user, slug="compilers"), slots).get(slot.pk)
        return [] if card is None else card.lines or [card.offer_url]

    assert lines(bob, bobs) == [f"/c/compilers/sign-ups/{bobs.pk}/offer/"]
    assert lines(lee, bobs) == []
    swap_with(bobs, bob, priya, priyas)
    assert lines(bob, bobs) == ["You offer this to Priya Singh"]
    assert lines(priya, bobs) == ["Bob Baker offers this to you"]
    assert lines(lee, bobs) == []
    services.offer_seat(slot=priyas, actor=priya, kind=SwapKind.HAND_OVER)
    assert lines(lee, priyas) == ["Priya Singh offers this to all"]
    set_rules(bobs.sheet, swaps=Swaps.NONE)
    assert lines(bob, bobs) == []


def test_what_the_board_includes_leads_to_the_pages(
    bobs: Slot, priyas: Slot, bob: User, priya: User, sign_in: SignIn
) -> None:
    swap_with(bobs, bob, priya, priyas)
    access = find_access(user=priya, slug="compilers")
    cards = on_cards(access, list(with_item(Slot.objects.filter(course=access.course))))
    shown = render_to_string("swaps/_on_card.html", {"one": cards[bobs.pk]})
    assert "Bob Baker offers this to you" in shown
    assert f'href="{PAGE}"' in shown
    shown = render_to_string("swaps/_on_card.html", {"one": cards[priyas.pk]})
    assert f'href="{offer_url(priyas, "hand_over")}"' in shown
    top = render_to_string("swaps/_on_top.html", {"one": on_top(access)})
    assert "Bob Baker offers you a swap" in top
    nothing = {"one": on_top(find_access(user=bob, slug="compilers"))}
    assert not render_to_string("swaps/_on_top.html", nothing).strip()


def test_the_top_of_the_board_says_what_waits_for_one(
    bobs: Slot, priyas: Slot, bob: User, priya: User, carol: User
) -> None:
    def top(user: User) -> list[str]:
        found = on_top(find_access(user=user, slug="compilers"))
        return [] if found is None else found.lines

    staff_agree(bobs.sheet)
    request = swap_with(bobs, bob, priya, priyas)
    assert top(priya) == ["Bob Baker offers you a swap"]
    assert top(bob) == top(carol) == []
    services.accept(request=request, actor=priya)
    assert top(carol) == ["1 swap for you to agree to"]
    assert top(priya) == []


def test_board_schedule_and_feed_of_both_follow_at_once(
    course: Course, bobs: Slot, priyas: Slot, bob: User, priya: User, sign_in: SignIn
) -> None:
    services.accept(request=swap_with(bobs, bob, priya, priyas), actor=priya)
    now = timezone.now()
    for user, gets in ((bob, "TVM"), (priya, "DSPy")):
        access = find_access(user=user, slug="compilers")
        assert [one.title for one in slot_queries.my_slots(access, now=now)] == [gets]
        told = feed(f"/calendar/{calendar_token_of(user)}.ics")
        talks = [event.summary for key, event in told.items() if key.startswith("slot")]
        assert len(talks) == 1
        assert gets in talks[0]
    for page in ("/c/compilers/", "/c/compilers/sign-ups/"):
        shown = words(sign_in(bob).get(page))
        assert shown.index("Compiling Declarative") < shown.rindex("Priya Singh")
    presenters = slot_queries.presenters_by_item(find_access(user=bob, slug="compilers"))
    assert presenters[bobs.agenda_item_id][0].presenters == ["Priya Singh"]
    assert presenters[priyas.agenda_item_id][0].is_mine


def test_a_member_offers_the_seat_of_the_group(
    course: Course, pitches: AgendaItem, bob: User, priya: User, sign_in: SignIn
) -> None:
    factories.make_group(course, bob, name="Owls")
    foxes = factories.make_group(course, priya, name="Foxes")
    slot = taken(factories.make_slot(pitches, title="Pitch 1", taken_by=TakenBy.GROUP), bob)
    client = sign_in(bob)
    assert "The seat of Owls" in words(client.get(offer_url(slot, "hand_over")))
    client.post(offer_url(slot, "hand_over"), {"whom": f"g{foxes.pk}", "message": ""})
    sign_in(priya).post(act_url(SwapRequest.objects.get(), "accept"))
    assert holders(slot) == ["Foxes"]


def test_a_seat_that_is_offered_says_so_before_the_form_is_filled_in(
    bobs: Slot, bob: User, lee: User, sign_in: SignIn
) -> None:
    request = services.offer_seat(slot=bobs, actor=bob, kind=SwapKind.HAND_OVER, to=lee)
    page = sign_in(bob).get(offer_url(bobs))
    assert "This seat is offered already, to Lee Lopez ." in words(page)
    assert act_url(request, "withdraw") in page.content.decode()
    assert 'name="message"' not in page.content.decode()


def test_an_offer_that_nobody_can_accept_says_so(bobs: Slot, bob: User, sign_in: SignIn) -> None:
    bobs_page = sign_in(bob)
    assert "As it stands nobody could take it." in words(bobs_page.get(offer_url(bobs, "all")))
    assert "nobody has a seat on this sheet that" in words(bobs_page.get(offer_url(bobs)))


def test_auditors_read_what_is_true_of_them(bobs: Slot, erin: User, sign_in: SignIn) -> None:
    page = words(sign_in(erin).get(PAGE))
    assert "Seats change hands between those who present" in page
    assert "Nobody offers" not in page


def test_what_is_settled_says_who_offered_what_to_whom_and_what_came_of_it(
    bobs: Slot, priyas: Slot, bob: User, priya: User, lee: User, sign_in: SignIn
) -> None:
    seat = slot_queries.describe(bobs)
    services.decline(request=swap_with(bobs, bob, priya, priyas), actor=priya)
    to_all = services.offer_seat(slot=bobs, actor=bob, kind=SwapKind.HAND_OVER)
    services.accept(request=to_all, actor=lee)
    page = words(sign_in(bob).get(PAGE))
    swap = f"{seat} for {slot_queries.describe(priyas)}"
    assert f"You offered {swap} to Priya Singh, and it was declined." in page
    assert f"You offered {seat} to all, and Lee Lopez took it." in page
