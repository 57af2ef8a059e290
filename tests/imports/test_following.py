"""Documents from an address: fetched once by a worker, or followed from then on."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from readings.accounts.models import User
from readings.courses.models import Audience, Course, Event
from readings.imports import fetching, following, services, tasks
from readings.imports.models import DocumentFetch, FetchState, Import, ImportState, Source
from readings.imports.remote import CannotFetch
from tests.imports.hosts import Host
from tests.imports.samples import table

pytestmark = pytest.mark.django_db

PATH = "/plan.md"
ONE = table("| Sep 8, 2025 | [A](https://arxiv.org/abs/2001.00001) | Papers | |")
TWO = table("| Sep 8, 2025 | [B](https://arxiv.org/abs/2001.00002) | Papers | |")


@pytest.fixture
def source(course: Course, host: Host, alice: User) -> Source:
    """A source that was imported from the host once, and is followed from now on."""
    draft = services.draft_import(course=course, document=ONE, actor=alice)
    services.apply_import(draft=draft, actor=alice)
    host.says(PATH, ONE.encode(), ETag='"1"')
    found = draft.source
    following.follow(source=found, url=host.origin + PATH)
    return found


def look(source: Source) -> Source:
    """Look at a source as if the time for it had come."""
    Source.objects.filter(pk=source.pk).update(due_at=timezone.now())
    tasks.sweep()
    fetching.check_source(source.pk)
    source.refresh_from_db()
    return source


def offers(course: Course) -> list[Import]:
    return following.offers_in(course)


# --- Once ---------------------------------------------------------------------------------------


def test_a_worker_brings_what_somebody_asked_for(course: Course, host: Host, alice: User) -> None:
    host.says(PATH, b"\xef\xbb\xbf# Plan")
    asked = following.ask_for_document(course=course, url=f" {host.origin}{PATH} ", actor=alice)
    assert asked.state == FetchState.OWED

    fetching.bring(asked.pk)
    fetching.bring(asked.pk)

    asked.refresh_from_db()
    assert (asked.state, bytes(asked.body)) == (FetchState.ARRIVED, b"\xef\xbb\xbf# Plan")
    assert (asked.filename, asked.base_url) == ("plan.md", f"{host.origin}/")
    assert host.asked == [PATH]


def test_why_it_could_not_be_had_is_kept(course: Course, host: Host, alice: User) -> None:
    asked = following.ask_for_document(course=course, url=f"{host.origin}/absent", actor=alice)

    fetching.bring(asked.pk)

    asked.refresh_from_db()
    assert asked.state == FetchState.FAILED
    assert "nothing at this address" in asked.problem


def test_what_is_no_address_is_refused_at_once(course: Course, alice: User) -> None:
    with pytest.raises(CannotFetch):
        following.ask_for_document(course=course, url="the README", actor=alice)
    assert not DocumentFetch.objects.exists()


def test_a_lost_hint_is_given_again_and_old_documents_go(
    course: Course, host: Host, alice: User
) -> None:
    now = timezone.now()
    lost, new, old = (
        DocumentFetch.objects.create(course=course, url=host.origin, asked_by=alice, asked_at=at)
        for at in (now - dt.timedelta(minutes=2), now, now - dt.timedelta(days=2))
    )

    assert fetching.owed_fetches() == [lost.pk]
    assert set(DocumentFetch.objects.all()) == {lost, new}
    assert old.pk


# --- Followed -----------------------------------------------------------------------------------


def test_a_document_that_did_not_change_is_looked_at_again_tomorrow(source: Source) -> None:
    look(source)

    assert source.checked_at
    assert source.due_at
    assert dt.timedelta(hours=23) < source.due_at - source.checked_at <= dt.timedelta(days=1)
    assert (source.problem, source.etag, offers(source.course)) == ("", '"1"', [])


def test_the_server_is_asked_only_for_what_is_newer(source: Source, host: Host) -> None:
    look(source)
    host.says(PATH, TWO.encode(), ETag='"1"')  # whoever keeps the name keeps the document

    look(source)

    assert offers(source.course) == []


def test_a_change_is_offered_and_not_applied(source: Source, host: Host) -> None:
    host.says(PATH, TWO.encode(), ETag='"2"')

    look(source)

    (offer,) = offers(source.course)
    plan = services.plan_draft(offer)
    assert not plan.does_nothing
    assert source.course.agenda_items.get().reading.name == "A"  # type: ignore[union-attr]
    event = Event.objects.get(kind="imports.offered")
    assert (event.audience, event.actor) == (Audience.STAFF, None)
    assert "plan.md has changed" in event.summary


def test_the_same_change_is_offered_once(source: Source, host: Host) -> None:
    host.says(PATH, TWO.encode())
    look(source)
    following.dismiss_offer(offer=offers(source.course)[0])

    look(source)

    assert offers(source.course) == []
    assert Event.objects.filter(kind="imports.offered").count() == 1


def test_a_newer_change_takes_the_place_of_the_older(source: Source, host: Host) -> None:
    host.says(PATH, TWO.encode())
    look(source)
    host.says(PATH, (ONE + TWO.splitlines()[-1]).encode())
    look(source)

    (offer,) = offers(source.course)
    assert "2001.00001" in offer.text
    assert "2001.00002" in offer.text


def test_a_change_that_was_taken_back_is_not_offered_any_more(source: Source, host: Host) -> None:
    host.says(PATH, TWO.encode())
    look(source)
    host.says(PATH, ONE.encode())

    look(source)

    assert offers(source.course) == []


def test_prose_that_changes_nothing_here_is_no_news(source: Source, host: Host) -> None:
    host.says(PATH, f"{ONE}\n\nBring a laptop.\n".encode())

    look(source)

    assert offers(source.course) == []


def test_an_offer_that_was_applied_is_what_is_compared_next(
    source: Source, host: Host, alice: User
) -> None:
    host.says(PATH, TWO.encode())
    look(source)
    (offer,) = offers(source.course)
    services.apply_import(draft=offer, actor=alice)

    look(source)

    assert offers(source.course) == []
    assert source.imports.filter(state=ImportState.APPLIED).count() == 2


def test_failures_are_shown_and_told_once(source: Source, host: Host) -> None:
    host.says(PATH, b"", 404)
    pauses = []
    for _ in range(5):
        look(source)
        assert source.due_at
        assert source.checked_at
        pauses.append(round((source.due_at - source.checked_at).total_seconds() / 3600))

    assert pauses == [1, 4, 24, 24, 24]
    assert source.failures == 5
    assert "nothing at this address" in source.problem
    assert Event.objects.filter(kind="imports.cannot_follow").count() == 1


def test_a_success_forgets_the_failures(source: Source, host: Host) -> None:
    host.says(PATH, b"", 500)
    look(source)
    assert source.problem
    host.says(PATH, ONE.encode())

    look(source)

    assert (source.problem, source.failures) == ("", 0)


@pytest.mark.parametrize("body", [b"%PDF-1.7 binary", b"Nothing is left here."])
def test_a_document_without_anything_in_it_is_a_failure(
    source: Source, host: Host, body: bytes
) -> None:
    host.says(PATH, body)

    look(source)

    assert source.problem
    assert offers(source.course) == []


def test_nobody_looks_at_what_is_not_due_or_not_followed(source: Source, host: Host) -> None:
    look(source)
    asked = len(host.asked)

    fetching.check_source(source.pk)
    following.unfollow(source=source)
    Source.objects.filter(pk=source.pk).update(due_at=timezone.now())
    fetching.check_source(source.pk)

    assert len(host.asked) == asked
    assert fetching.owed_looks() == []


def test_who_stops_following_is_offered_nothing_more(source: Source, host: Host) -> None:
    host.says(PATH, TWO.encode())
    look(source)

    following.unfollow(source=source)

    assert offers(source.course) == []
    assert not source.imports.filter(state=ImportState.DRAFT).exists()
