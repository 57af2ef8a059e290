"""Marks of talks: given by several, hidden until returned, each with its own scale; as CSV."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from readings.accounts.models import User
from readings.courses.models import Course, Event, Group, GroupMember
from readings.presentations.day.marking import Given, give_mark, marks_of, return_marks
from readings.presentations.day.models import TalkMark
from readings.presentations.day.refusals import MarkChanged, MarksChanged
from readings.presentations.day.talks import Talk
from readings.presentations.models import Sheet, SignUp, Slot
from readings.presentations.seating import change_presenter
from readings.schedule.models import Meeting
from tests import factories
from tests.at_once import at_once
from tests.conftest import SignIn
from tests.pages_text import words
from tests.presentations.day.conftest import move_class, talk_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(slot: Slot) -> Meeting:
    assert slot.agenda_item.meeting is not None
    return slot.agenda_item.meeting


@pytest.fixture
def page(meeting: Meeting) -> str:
    return f"/c/compilers/classes/{meeting.pk}/talks/marks/"


@pytest.fixture
def alices(sign_in: SignIn, alice: User) -> Client:
    return sign_in(alice)


def row(
    talk: Talk, member: User | None = None, *, value: str = "", comment: str = "", **more: Any
) -> dict[str, str]:
    """The fields of one row as a form sends them; ``more`` are the hidden ones."""
    key = f"{talk.slot.pk}-{talk.key}" + (f"-{member.pk}" if member else "")
    hidden = {"version": "0", "was": "", "said": "", "scale": "10"} | more
    fields = {"value": value, "comment": comment} | hidden
    return {f"{name}-{key}": str(content) for name, content in fields.items()}


def mark(talk: Talk, value: str, marker: User, member: User | None = None) -> TalkMark:
    out_of = talk.slot.sheet.marks_out_of
    given = Given(Decimal(value), "", out_of)
    found = give_mark(
        talk=talk, member=member, given=given, version=0, marker=marker, at=factories.NOON
    )
    assert found is not None
    return found


def test_marks_of_all_talks_are_saved_at_once(
    alices: Client, page: str, talk: Talk, pitch: Slot, priya: User, alice: User
) -> None:
    pitched = talk_on(pitch)
    form = row(talk, value="8,5", comment="Well prepared.")
    form |= row(pitched, value="17", scale="20")
    form |= row(pitched, priya, value="19", scale="20")
    form |= row(pitched, pitched.members[0], scale="20")
    shown = words(alices.get(alices.post(page, form)["Location"]))
    assert "3 marks saved." in shown
    marks = TalkMark.objects.order_by("value")
    assert [(one.value, one.out_of, one.member, one.given_by) for one in marks] == [
        (Decimal("8.5"), Decimal(10), None, alice),
        (Decimal(17), Decimal(20), None, alice),
        (Decimal(19), Decimal(20), priya, alice),
    ]
    assert Event.objects.filter(kind="presentations.talk_marked", audience="staff").count() == 3
    assert "Nothing was changed." in words(alices.get(alices.post(page, {})["Location"]))


def test_a_wrong_one_stays_as_typed_and_the_others_are_saved(
    alices: Client, page: str, talk: Talk, pitch: Slot
) -> None:
    form = row(talk, value="11", comment="Wow") | row(talk_on(pitch), value="17", scale="20")
    response = alices.post(page, form)
    assert response.status_code == 409
    shown = words(response)
    assert "1 saved. 1 was not saved: see below." in shown
    assert "11 is too much. Type a number from 0 to 10" in shown
    assert 'value="11"' in response.content.decode()
    assert "Wow" in shown
    assert TalkMark.objects.get().value == 17


def test_of_two_markers_the_later_is_told_and_may_decide(
    alices: Client, page: str, talk: Talk, carol: User
) -> None:
    mark(talk, "6", carol)
    response = alices.post(page, row(talk, value="8", comment="Mine"))
    assert response.status_code == 409
    assert "Carol Chen gave “6 of 10” after this page was opened." in words(response)
    assert TalkMark.objects.get().value == 6
    html = response.content.decode()
    key = f"{talk.slot.pk}-{talk.key}"
    assert f'name="version-{key}" value="1"' in html
    assert f'name="value-{key}" inputmode="decimal" size="5" value="8"' in html
    alices.post(page, row(talk, value="8", comment="Mine", version=1, was="6"))
    found = TalkMark.objects.get()
    assert (found.value, found.comment, found.version) == (Decimal(8), "Mine", 2)


def test_who_leaves_a_row_alone_overwrites_nothing(
    alices: Client, page: str, talk: Talk, carol: User
) -> None:
    mark(talk, "6", carol)
    assert alices.post(page, row(talk)).status_code == 302
    assert alices.post(page, row(talk, value="6")).status_code == 302  # they agree
    assert TalkMark.objects.get().version == 1


@pytest.mark.django_db(transaction=True)
def test_two_markers_in_one_moment(talk: Talk, alice: User, carol: User) -> None:
    def giving(value: str, marker: User) -> Any:
        return lambda: mark(talk, value, marker)

    outcomes = at_once([giving("7", alice), giving("8", carol)])
    assert sorted(type(one).__name__ for one in outcomes) == ["MarkChanged", "TalkMark"]
    refusal = next(one for one in outcomes if isinstance(one, MarkChanged))
    assert TalkMark.objects.get() == refusal.mark


def test_a_mark_keeps_what_it_was_out_of(
    alices: Client, page: str, talk: Talk, sheet: Sheet, alice: User
) -> None:
    mark(talk, "8", alice)
    sheet.marks_out_of = Decimal(20)
    sheet.save()
    assert "Given as “8 of 10”, before marks were changed." in words(alices.get(page))
    alices.post(page, row(talk, comment="Good", version=1, scale="20"))
    found = TalkMark.objects.get()
    assert (found.value, found.out_of, found.comment) == (Decimal(8), Decimal(10), "Good")
    # A page from before says what it meant.
    stale = row(talk, value="9", was="8", comment="Good", said="Good", version=2)
    assert "Marks are out of 20, since this page was opened." in words(alices.post(page, stale))
    alices.post(page, row(talk, value="8", comment="Good", said="Good", version=2, scale="20"))
    found.refresh_from_db()
    assert (found.value, found.out_of) == (Decimal(8), Decimal(20))


def test_without_a_scale_there_are_words_alone(
    alices: Client, page: str, talk: Talk, sheet: Sheet
) -> None:
    sheet.marks_out_of = None
    sheet.save()
    assert "only comments can be written" in words(alices.get(page))
    alices.post(page, row(talk, comment="Good", scale=""))
    assert TalkMark.objects.get().comment == "Good"


def test_what_was_typed_for_somebody_who_was_swapped_out_is_not_lost(
    alices: Client, page: str, talk: Talk, priya: User
) -> None:
    change_presenter(SignUp.objects.get(), priya)
    shown = words(alices.post(page, row(talk, value="8", comment="Mine")))
    assert "For somebody who does not present here any more you had typed “8 Mine”." in shown


def test_a_mark_stays_with_who_gave_the_talk_after_a_swap(
    alices: Client, page: str, talk: Talk, priya: User, alice: User, sign_in: SignIn, bob: User
) -> None:
    mark(talk, "8", alice)
    change_presenter(SignUp.objects.get(), priya)
    assert "has the slot no more" in words(alices.get(page))
    TalkMark.objects.update(returned_at=factories.NOON)
    assert "You 8 of 10" in words(sign_in(bob).get(talk.url))
    assert sign_in(priya).get(talk.url).status_code == 404


def test_marks_are_seen_when_returned_and_taken_back(
    alices: Client, page: str, talk: Talk, sign_in: SignIn, bob: User, alice: User, course: Course
) -> None:
    mark(talk, "8", alice)
    bobs = sign_in(bob)
    assert "8 of 10" not in words(bobs.get(talk.url))
    assert marks_of(bob, course) == []
    assert "Return 1 mark to the presenters" in words(alices.get(page))
    assert "1 mark returned" in words(
        alices.get(alices.post(f"{page}return/", {"agreed": "1"})["Location"])
    )
    assert "You 8 of 10" in words(bobs.get(talk.url))
    assert "8 of 10" in words(bobs.get("/c/compilers/sign-ups/talks/"))
    told = Event.objects.get(kind="presentations.talk_marks_returned", recipient=bob)
    assert told.summary == "Your talk on DSPy came back with a mark."
    assert "Everything was returned already." in words(
        alices.get(alices.post(f"{page}return/", {"agreed": "1"})["Location"])
    )
    alices.post(f"{page}take-back/")
    assert "8 of 10" not in words(bobs.get(talk.url))


def test_a_comment_is_markdown_as_remarks_on_notes_are(
    talk: Talk, sign_in: SignIn, bob: User, alice: User
) -> None:
    given = Given(comment="A **clear** question.\n\n<b>bold</b>")
    give_mark(talk=talk, member=None, given=given, version=0, marker=alice, at=factories.NOON)
    TalkMark.objects.update(returned_at=factories.NOON)
    bobs = sign_in(bob)
    for path in (talk.url, "/c/compilers/sign-ups/talks/"):
        shown = bobs.get(path).content.decode()
        assert "<strong>clear</strong>" in shown
        assert "<b>bold" not in shown


def test_a_change_after_the_return_is_told(
    alices: Client, page: str, talk: Talk, meeting: Meeting, alice: User, bob: User
) -> None:
    mark(talk, "8", alice)
    assert "Presenters see nothing before you return it." in words(alices.get(page))
    return_marks(meeting=meeting, actor=alice, at=factories.NOON, agreed=1)
    shown = words(alices.get(page))
    assert "Already returned: what you save is seen at once." in shown
    assert "see nothing before" not in shown
    alices.post(page, row(talk, value="9", was="8", version=1))
    told = Event.objects.filter(recipient=bob).order_by("pk").values_list("summary", flat=True)
    assert list(told)[-1] == "The mark of your talk on DSPy was changed."


def test_what_another_marker_added_is_not_returned_unseen(
    talk: Talk, pitch: Slot, meeting: Meeting, alice: User, carol: User
) -> None:
    mark(talk, "8", alice)
    mark(talk_on(pitch), "17", carol)
    with pytest.raises(MarksChanged, match="Meanwhile 2 marks wait"):
        return_marks(meeting=meeting, actor=alice, at=factories.NOON, agreed=1)
    assert not TalkMark.objects.filter(returned_at__isnull=False).exists()


def test_a_member_sees_their_own_mark_and_the_groups_and_no_others(
    pitch: Slot,
    meeting: Meeting,
    group: Group,
    sign_in: SignIn,
    alice: User,
    bob: User,
    priya: User,
    course: Course,
) -> None:
    talk = talk_on(pitch)
    mark(talk, "17", alice)
    mark(talk, "19", alice, member=priya)
    return_marks(meeting=meeting, actor=alice, at=factories.NOON, agreed=2)
    assert "19" not in words(sign_in(bob).get(talk.url)).partition("Your mark")[2]
    page = words(sign_in(priya).get(talk.url))
    assert "Loop Invariants 17 of 20" in page
    assert "You 19 of 20" in page
    found = [(one.words, one.is_own) for one in marks_of(priya, course)]
    assert found == [("17 of 20", False), ("19 of 20", True)]
    told = Event.objects.filter(kind="presentations.talk_marks_returned", recipient=priya)
    assert told.count() == 1
    GroupMember.objects.filter(user=priya).delete()
    assert [one.words for one in marks_of(priya, course)] == ["19 of 20"]


def test_the_file_has_a_row_a_person_and_no_formulas(
    alices: Client, talk: Talk, pitch: Slot, alice: User, bob: User, priya: User
) -> None:
    bob.name = "=HYPERLINK(1)"
    bob.save()
    mark(talk, "8", alice)
    pitched = talk_on(pitch)
    mark(pitched, "17", alice)
    mark(pitched, "19", alice, member=priya)
    TalkMark.objects.update(comment="-1 for the font")
    response = alices.get("/c/compilers/sign-ups/talks/marks.csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    text = response.content.decode("utf-8-sig")
    found = [
        (one["Talk"], one["Group"], one["Name"], one["Mark"], one["Out of"], one["Whose mark"])
        for one in csv.DictReader(io.StringIO(text))
    ]
    assert found == [
        ("DSPy", "", "'=HYPERLINK(1)", "8", "10", "their own"),
        ("Pitch 1", "Loop Invariants", "", "17", "20", "the group's"),
        ("Pitch 1", "Loop Invariants", "'=HYPERLINK(1)", "17", "20", "the group's"),
        ("Pitch 1", "Loop Invariants", "Priya Singh", "19", "20", "their own"),
    ]
    assert "'-1 for the font" in text


def rows_of(client: Client) -> list[tuple[str, ...]]:
    """Name, mark, whose and comment of the group's rows in the file."""
    text = client.get("/c/compilers/sign-ups/talks/marks.csv").content.decode("utf-8-sig")
    return [
        (one["Name"], one["Mark"], one["Whose mark"], one["Comment"])
        for one in csv.DictReader(io.StringIO(text))
        if one["Group"]
    ]


def test_words_to_a_member_stand_beside_the_groups_mark(
    alices: Client, page: str, pitch: Slot, priya: User, sign_in: SignIn, course: Course
) -> None:
    talk = talk_on(pitch)
    form = row(talk, value="15.5", comment="All good.", scale="20")
    alices.post(page, form | row(talk, priya, comment="Speak up.", scale="20"))
    assert rows_of(alices) == [
        ("", "15.5", "the group's", "All good."),
        ("Bob Baker", "15.5", "the group's", "All good."),
        ("Priya Singh", "15.5", "the group's", "All good.\n\nSpeak up."),
    ]
    TalkMark.objects.update(returned_at=factories.NOON)
    shown = words(sign_in(priya).get(talk.url))
    assert "15.5 of 20" in shown
    assert "Speak up." in shown
    assert "Your own mark counts" not in shown
    TalkMark.objects.filter(member=priya).update(value=18, out_of=20)
    assert "Your own mark counts" in words(sign_in(priya).get(talk.url))


def test_marks_stay_in_the_file_when_the_members_are_gone(
    alices: Client, pitch: Slot, priya: User, alice: User
) -> None:
    talk = talk_on(pitch)
    mark(talk, "17", alice)
    mark(talk, "19", alice, member=priya)
    GroupMember.objects.all().delete()
    SignUp.objects.filter(slot=pitch).delete()
    assert rows_of(alices) == [
        ("", "17", "the group's", ""),
        ("Priya Singh", "19", "their own", ""),
    ]


def test_only_staff_mark_return_and_export(
    talk: Talk, page: str, slot: Slot, sign_in: SignIn, bob: User, erin: User, dave: User
) -> None:
    move_class(slot, -1)
    for user in (bob, erin, dave):
        client = sign_in(user)
        assert client.get(page).status_code == 404
        assert client.post(page, row(talk, value="10")).status_code == 404
        assert client.post(f"{page}return/", {"agreed": "0"}).status_code == 404
        assert client.post(f"{page}take-back/").status_code == 404
        assert client.get("/c/compilers/sign-ups/talks/marks.csv").status_code == 404
    assert not TalkMark.objects.exists()
