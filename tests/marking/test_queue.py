"""The queue and the page on which notes are marked, one after another."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from readings.accounts.models import User
from readings.courses.access import find_access
from readings.courses.models import Course, Role
from readings.marking.marks import mark_words
from readings.marking.models import Feedback, Remark
from readings.marking.queries import desk_of, queue_of
from readings.marking.services import mark_note
from readings.marking.share import in_order
from readings.notes.models import Note
from readings.schedule.models import Reading
from tests import factories
from tests.conftest import SignIn
from tests.marking.conftest import SetPolicy
from tests.pages_text import words

pytestmark = pytest.mark.django_db

QUEUE = "/c/compilers/marking/"
NOW = dt.datetime(2025, 9, 20, 12, 0, tzinfo=dt.UTC)


def of(reading: Reading, student: User, query: str = "") -> str:
    """The page on which somebody's note is marked."""
    return f"{QUEUE}{reading.pk}/{student.pk}/{query}"


def enrolled(course: Course, count: int) -> list[User]:
    people = [factories.make_user() for _number in range(count)]
    for person in people:
        factories.enrol(course, person)
    return people


def in_turn(reading: Reading, students: list[User]) -> list[User]:
    """The students in the order in which their notes are read."""
    by_id = {student.pk: student for student in students}
    return [by_id[pk] for pk in in_order(reading.pk, by_id)]


def save(client: Client, reading: Reading, student: User, query: str = "", **fields: str) -> Any:
    """Press a button under a note."""
    sent = {"mark": "", "shown_mark": "", "based_on": "", "remark": "", "then": "next"}
    return client.post(of(reading, student, query), sent | fields)


def give(reading: Reading, student: User, marker: User, mark: int = 1) -> None:
    mark_note(reading=reading, student=student, mark=Decimal(mark), marker=marker, at=NOW)


class TestQueue:
    @pytest.mark.usefixtures("reading")
    def test_before_anything_is_handed_in_the_page_says_what_will_stand_there(
        self, alices: Client
    ) -> None:
        assert "Nothing is submitted yet" in words(alices.get(QUEUE))

    def test_each_reading_says_how_far_it_is(
        self, alices: Client, course: Course, bobs_note: Note, bob: User, alice: User
    ) -> None:
        reading = bobs_note.reading
        (frank,) = enrolled(course, 1)
        factories.make_note(reading, frank)
        page = words(alices.get(QUEUE))
        assert "2 notes to mark" in page
        assert "Mark next: DSPy" in page
        assert "Return" not in page.replace("Returned", "")

        give(reading, bob, alice)
        page = words(alices.get(QUEUE))
        assert "1 note to mark" in page
        assert "Return 1 marked" in page

        give(reading, frank, alice)
        assert "Everything that was submitted is marked" in words(alices.get(QUEUE))

    def test_drafts_and_notes_of_who_is_no_student_are_not_in_it(
        self, course: Course, reading: Reading, bob: User, erin: User, alice: User, carol: User
    ) -> None:
        Note.objects.create(reading=reading, author=bob, draft={"text": "Secret"}, has_draft=True)
        for person in (erin, alice, carol):
            factories.make_note(reading, person)
        access = find_access(user=alice, slug=course.slug)
        assert queue_of(access, now=NOW).piles == []

    @pytest.mark.usefixtures("bobs_note")
    def test_the_longest_due_comes_first(self, course: Course, bob: User, alice: User) -> None:
        earlier = factories.make_reading(course, label="TVM")
        meeting = factories.make_meeting(course, dt.date(2025, 9, 3))
        factories.put_on_agenda(meeting, earlier)
        unplanned = factories.make_reading(course, label="Later")
        for reading in (unplanned, earlier):
            factories.make_note(reading, bob)
        found = queue_of(find_access(user=alice, slug=course.slug), now=NOW)
        assert [pile.reading.label for pile in found.piles] == ["TVM", "DSPy", "Later"]

    def test_where_markers_share_each_note_is_one_assistants(
        self, course: Course, reading: Reading, bob: User, carol: User, alice: User,
        set_policy: SetPolicy,
    ) -> None:  # fmt: skip
        set_policy(marking_split=True)
        heidi = factories.make_user("Heidi")
        factories.enrol(course, heidi, Role.ASSISTANT)
        for student in [bob, *enrolled(course, 6)]:
            factories.make_note(reading, student)

        def mine(user: User) -> int:
            return queue_of(find_access(user=user, slug=course.slug), now=NOW).mine

        assert sorted([mine(carol), mine(heidi)]) == [3, 4]
        assert mine(alice) == 0

    def test_without_assistants_the_whole_staff_shares(
        self, course: Course, reading: Reading, carol: User, alice: User, set_policy: SetPolicy
    ) -> None:
        set_policy(marking_split=True)
        course.memberships.filter(user=carol).update(role=Role.INSTRUCTOR)
        desk = desk_of(find_access(user=alice, slug=course.slug), now=NOW, only=reading)
        assert desk.markers == [alice.pk, carol.pk]

    def test_only_a_sample_has_to_be_marked(
        self, course: Course, bob: User, alice: User, set_policy: SetPolicy
    ) -> None:
        set_policy(sample=2, sample_seed="s")
        for _number in range(5):
            factories.make_note(factories.make_reading(course), bob)
        found = queue_of(find_access(user=alice, slug=course.slug), now=NOW)
        assert (len(found.piles), found.left) == (5, 2)

    def test_what_was_marked_on_paper_is_part_of_the_sample(
        self, course: Course, bob: User, alice: User, set_policy: SetPolicy
    ) -> None:
        set_policy(sample=1, sample_seed="s")
        readings = [factories.make_reading(course) for _number in range(8)]
        for reading in readings[:4]:
            factories.make_note(reading, bob)
        access = find_access(user=alice, slug=course.slug)
        before = desk_of(access, now=NOW).wanted
        for reading in readings[4:]:
            give(reading, bob, alice)
        after = desk_of(access, now=NOW)
        assert len(before) == 1
        assert after.wanted in (before, frozenset())
        for reading in readings[:4]:
            only = desk_of(access, now=NOW, only=reading)
            assert only.wanted == after.wanted

    def test_a_reading_leads_to_its_first_unmarked_note(
        self, alices: Client, course: Course, bobs_note: Note, bob: User, alice: User
    ) -> None:
        reading = bobs_note.reading
        (frank,) = enrolled(course, 1)
        factories.make_note(reading, frank)
        first, second = in_turn(reading, [bob, frank])
        address = f"{QUEUE}{reading.pk}/"
        assert alices.get(address)["Location"] == of(reading, first)
        give(reading, first, alice)
        assert alices.get(f"{address}?only=unmarked")["Location"] == of(
            reading, second, "?only=unmarked"
        )
        give(reading, second, alice)
        done = alices.get(f"{address}?only=unmarked", follow=True)
        assert "Nothing is left to mark on DSPy" in words(done)

    @pytest.mark.parametrize("size", [1, 30])
    @pytest.mark.parametrize("split", [False, True])
    def test_it_asks_the_same_for_thirty_readings(
        self, size: int, split: bool, alices: Client, course: Course, set_policy: SetPolicy,
        django_assert_max_num_queries: Any,
    ) -> None:  # fmt: skip
        set_policy(marking_split=split, sample=3)
        people = enrolled(course, 2)
        for _number in range(size):
            reading = factories.make_reading(course)
            for person in people:
                factories.make_note(reading, person)
        with django_assert_max_num_queries(13):
            assert alices.get(QUEUE).status_code == 200


class TestNotePage:
    def test_it_shows_the_note_and_all_a_marker_needs(
        self, alices: Client, reading: Reading, bob: User
    ) -> None:
        late = dt.datetime(2025, 9, 18, 13, 0, tzinfo=dt.UTC)
        note = factories.make_note(
            reading, bob, "My *thoughts*", role="Reviewer", submitted_at=late
        )
        note.revisions.create(number=2, body="b", body_html="b", created_at=late)
        note.attachments.create(
            prompt="log", name="log.txt", sha256="a" * 64, size=2048, content_type="text/plain",
            is_submitted=True,
        )  # fmt: skip
        page = alices.get(of(reading, bob))
        text = words(page)
        assert "Bob Baker Reviewer" in text
        assert "2 days late" in text
        assert "changed after the deadline" in text
        assert "1 of 1" in text
        assert "2.0 KB" in text.replace("\N{NO-BREAK SPACE}", " ")
        html = page.content.decode()
        assert "<em>thoughts</em>" in html
        assert f"/note/{note.pk}/revisions/2/" in html

    @pytest.mark.parametrize(
        ("rules", "shows"),
        [
            ({"marking": "completion"}, "not done"),
            ({"marking": "checks"}, "check plus"),
            ({"marking": "points", "points": 12}, "Mark, of 12"),
        ],
    )
    def test_the_mark_is_asked_for_as_the_policy_says(
        self, rules: dict[str, Any], shows: str, alices: Client, bobs_note: Note, bob: User,
        set_policy: SetPolicy,
    ) -> None:  # fmt: skip
        set_policy(**rules)
        assert shows in words(alices.get(of(bobs_note.reading, bob)))

    def test_names_stand_there_in_an_anonymous_course(
        self, carols: Client, bobs_note: Note, bob: User, set_policy: SetPolicy
    ) -> None:
        set_policy(anonymous=True)
        assert "Bob Baker" in words(carols.get(of(bobs_note.reading, bob)))

    def test_save_and_next_goes_through_all_in_their_order(
        self, carols: Client, course: Course, reading: Reading, bob: User, carol: User
    ) -> None:
        people = in_turn(reading, [bob, *enrolled(course, 2)])
        for person in people:
            factories.make_note(reading, person)
        for number, person in enumerate(people, start=1):
            assert f"{number} of 3" in words(carols.get(of(reading, person)))
            answer = save(carols, reading, person, mark="1", remark=f"Number {number}")
            onwards = people[number] if number < 3 else None
            assert answer["Location"] == (
                of(reading, onwards) if onwards else f"{QUEUE}?done={reading.pk}"
            )
        assert Feedback.objects.filter(mark=1, marked_by=carol, returned_at=None).count() == 3
        assert Remark.objects.count() == 3

    def test_after_the_last_note_one_may_return_them_and_go_on(
        self, carols: Client, course: Course, bobs_note: Note, bob: User
    ) -> None:
        reading = bobs_note.reading
        later = factories.make_reading(course, label="TVM")
        factories.make_note(later, bob)

        answer = save(carols, reading, bob, mark="1")
        page = carols.get(answer["Location"])

        head = words(page).partition("Readings with notes to mark")[0]
        assert "Saved. That was the last note on DSPy." in head
        assert "Return 1 marked on DSPy Mark next: TVM" in head
        assert "Return 1 marked on DSPy Mark next" not in words(carols.get(QUEUE))
        assert carols.get(f"{QUEUE}?done=x").status_code == 200

    def test_with_only_the_unmarked_the_next_one_may_be_before(
        self, carols: Client, course: Course, reading: Reading, bob: User
    ) -> None:
        people = in_turn(reading, [bob, *enrolled(course, 2)])
        for person in people:
            factories.make_note(reading, person)
        only = "?only=unmarked"
        answer = save(carols, reading, people[2], only, mark="1")
        assert answer["Location"] == of(reading, people[0], only)
        page = words(carols.get(of(reading, people[1], only)))
        assert "2 of 2" in page

    def test_ones_own_share_is_walked_alone(
        self, carols: Client, course: Course, reading: Reading, bob: User, carol: User,
        set_policy: SetPolicy,
    ) -> None:  # fmt: skip
        set_policy(marking_split=True)
        factories.enrol(course, factories.make_user("Heidi"), Role.ASSISTANT)
        people = [bob, *enrolled(course, 3)]
        for person in people:
            factories.make_note(reading, person)
        desk = desk_of(find_access(user=carol, slug=course.slug), now=NOW, only=reading)
        mine = [one for one in people if desk.markers_of(reading.pk)[one.pk] == carol.pk]
        page = words(carols.get(of(reading, mine[0], "?who=mine")))
        assert "of 2" in page
        assert "in your share" in page
        theirs = next(one for one in people if one not in mine)
        assert "in Heidi’s share" in words(carols.get(of(reading, theirs)))

    def test_a_wrong_mark_keeps_everything_that_was_typed(
        self, carols: Client, bobs_note: Note, bob: User, set_policy: SetPolicy
    ) -> None:
        set_policy(marking="points", points=10)
        answer = save(carols, bobs_note.reading, bob, mark="11", remark="Long <thoughts>")
        assert answer.status_code == 422
        html = answer.content.decode()
        assert "11 is too much" in html
        assert 'value="11"' in html
        assert "Long &lt;thoughts&gt;" in html
        assert not Feedback.objects.exists()

    def test_a_second_marker_sees_the_others_mark_and_decides(
        self, carols: Client, alices: Client, bobs_note: Note, bob: User, set_policy: SetPolicy
    ) -> None:
        set_policy(marking="points", points=10)
        reading = bobs_note.reading
        save(carols, reading, bob, mark="8")
        answer = save(alices, reading, bob, mark="6", remark="Mine")
        assert answer.status_code == 409
        assert "Carol Chen gave this note “8 of 10”" in words(answer)
        html = answer.content.decode()
        assert "Mine" in html
        assert 'value="6"' in html
        assert Feedback.objects.get().mark == 8
        context = answer.context
        again = save(
            alices, reading, bob, mark="6", remark="Mine",
            shown_mark=context["shown_mark"], based_on=context["based_on"],
        )  # fmt: skip
        assert again.status_code == 302
        assert Feedback.objects.get().mark == 6

    def test_a_typing_error_does_not_make_anybody_overwrite(
        self, carols: Client, alices: Client, bobs_note: Note, bob: User, set_policy: SetPolicy
    ) -> None:
        set_policy(marking="points", points=10)
        reading = bobs_note.reading
        save(carols, reading, bob, mark="8")
        refused = save(alices, reading, bob, mark="60")
        fields = {name: refused.context[name] for name in ("shown_mark", "based_on")}
        assert save(alices, reading, bob, mark="6", **fields).status_code == 409
        assert Feedback.objects.get().mark == 8

    @pytest.mark.parametrize(
        ("before", "given", "was", "after", "typed", "words_after"),
        [
            ({"marking": "checks"}, 3, "✓+ check plus", {"marking": "points"}, "3", "3 of 10"),
            (
                {"marking": "points", "points": 10}, 8, "8 of 10",
                {"marking": "points", "points": 20}, "8", "8 of 20",
            ),
            ({"marking": "points", "points": 10}, 2, "2 of 10", {"marking": "checks"}, "2",
             "✓ check"),
        ],
    )  # fmt: skip
    def test_a_mark_from_other_rules_stays_until_another_is_given(
        self, carols: Client, alices: Client, bobs_note: Note, bob: User, set_policy: SetPolicy,
        before: dict[str, Any], given: int, was: str, after: dict[str, Any], typed: str,
        words_after: str,
    ) -> None:  # fmt: skip
        reading = bobs_note.reading
        set_policy(**before)
        save(carols, reading, bob, mark=str(given))
        first = Feedback.objects.get()
        set_policy(**after)

        page = alices.get(of(reading, bob))
        assert f"Given as “{was}”" in words(page)
        assert page.context["mark"] == ""
        fields = {name: page.context[name] for name in ("shown_mark", "based_on")}
        fields["scale"] = page.context["page"].scale
        save(alices, reading, bob, **fields, remark="Nice.", then="return")
        untouched = Feedback.objects.get()
        assert (untouched.given, untouched.marked_by) == (first.given, first.marked_by)
        assert mark_words(untouched.given) == was

        assert save(alices, reading, bob, **fields, mark=typed).status_code == 302
        assert mark_words(Feedback.objects.get().given) == words_after
        page = alices.get(of(reading, bob))
        assert "Given as" not in words(page)
        assert page.context["mark"] == typed

    def test_what_was_typed_before_the_rules_changed_is_not_taken_for_something_else(
        self, carols: Client, bobs_note: Note, bob: User, set_policy: SetPolicy
    ) -> None:
        reading = bobs_note.reading
        set_policy(marking="points", points=10)
        save(carols, reading, bob, mark="8")
        opened = carols.get(of(reading, bob)).context
        fields = {name: opened[name] for name in ("shown_mark", "based_on")}
        fields["scale"] = opened["page"].scale
        set_policy(marking="checks")

        refused = save(carols, reading, bob, **fields, mark="2", remark="Mine")
        assert refused.status_code == 422
        assert "what you gave was not taken (“2”)" in words(refused)
        assert (refused.context["mark"], refused.context["remark"]) == ("", "Mine")
        assert mark_words(Feedback.objects.get().given) == "8 of 10"
        # Who touched the remark alone has nothing to give again.
        assert save(carols, reading, bob, **fields, mark="8", remark="Mine").status_code == 302
        assert mark_words(Feedback.objects.get().given) == "8 of 10"
        assert Remark.objects.get().body == "Mine"

    def test_saving_twice_is_saving_once(self, carols: Client, bobs_note: Note, bob: User) -> None:
        for _press in range(2):
            answer = save(carols, bobs_note.reading, bob, mark="1", remark="Yes.", then="return")
            assert answer.status_code == 302
        assert Feedback.objects.get().returned_at is not None
        assert Remark.objects.count() == 1

    def test_returning_nothing_says_so(self, carols: Client, bobs_note: Note, bob: User) -> None:
        answer = save(carols, bobs_note.reading, bob, then="return")
        assert answer.status_code == 422
        assert "neither a mark nor a remark" in words(answer)

    def test_a_return_is_taken_back(self, carols: Client, bobs_note: Note, bob: User) -> None:
        reading = bobs_note.reading
        save(carols, reading, bob, mark="1", then="return")
        assert "Take back" in words(carols.get(of(reading, bob)))
        carols.post(f"{of(reading, bob)}take-back/")
        assert Feedback.objects.get().returned_at is None

    def test_a_marker_edits_their_own_remark_and_nobody_elses(
        self, carols: Client, alices: Client, bobs_note: Note, bob: User
    ) -> None:
        reading = bobs_note.reading
        save(carols, reading, bob, remark="Yes.")
        address = f"/c/compilers/papers/{reading.pk}/feedback/remarks/{Remark.objects.get().pk}/"
        assert alices.get(address).status_code == 404
        assert carols.post(address, {"text": " "}).status_code == 422
        assert carols.post(address, {"text": "No."})["Location"] == of(reading, bob)
        assert Remark.objects.get().body == "No."

    @pytest.mark.parametrize("size", [1, 30])
    @pytest.mark.parametrize("rules", [{}, {"marking_split": True, "sample": 2}])
    def test_it_asks_the_same_for_thirty_notes(
        self, size: int, rules: dict[str, Any], alices: Client, course: Course, bobs_note: Note,
        bob: User, alice: User, set_policy: SetPolicy, django_assert_max_num_queries: Any,
    ) -> None:  # fmt: skip
        set_policy(**rules)
        reading = bobs_note.reading
        for person in enrolled(course, size):
            factories.make_note(reading, person)
            give(reading, person, alice)
        give(reading, bob, alice)
        feedback = Feedback.objects.get(student=bob)
        for number in range(size):
            feedback.remarks.create(author=alice, body=f"{number}", body_html=f"{number}")
        with django_assert_max_num_queries(19):
            assert alices.get(of(reading, bob)).status_code == 200


class TestReturning:
    def test_the_preview_says_how_many_and_what_is_left(
        self, carols: Client, course: Course, bobs_note: Note, bob: User, carol: User
    ) -> None:
        reading = bobs_note.reading
        (frank,) = enrolled(course, 1)
        factories.make_note(reading, frank)
        give(reading, bob, carol)
        address = f"{QUEUE}{reading.pk}/return/"
        page = words(carols.get(address))
        assert "1 student will see mark and remarks" in page
        assert "1 note is not marked yet" in page
        assert Feedback.objects.get().returned_at is None

        give(reading, frank, carol)
        stale = carols.post(address, {"agreed": "1"})
        assert stale.status_code == 409
        assert "2 students will see" in words(stale)

        done = carols.post(address, {"agreed": "2"}, follow=True)
        assert "2 students see the feedback now" in words(done)
        again = carols.post(address, {"agreed": "2"}, follow=True)
        assert "Everything was returned already" in words(again)
        assert "Nothing is waiting" in words(carols.get(address))


@pytest.mark.parametrize("who", ["bob", "erin", "dave", "nobody"])
@pytest.mark.parametrize("visibility", ["public", "members"])
def test_nobody_but_the_staff_gets_near_marking(
    who: str,
    visibility: str,
    request: pytest.FixtureRequest,
    sign_in: SignIn,
    course: Course,
    bobs_note: Note,
    bob: User,
) -> None:
    course.visibility = visibility
    course.save()
    reading = bobs_note.reading
    client = Client() if who == "nobody" else sign_in(request.getfixturevalue(who))
    page = of(reading, bob)
    for address in (QUEUE, f"{QUEUE}{reading.pk}/", f"{QUEUE}{reading.pk}/return/", page):
        assert client.get(address).status_code == 404, address
    for address in (page, f"{page}take-back/", f"{QUEUE}{reading.pk}/return/"):
        answer = client.post(address, {"mark": "1", "then": "return", "agreed": "1"})
        assert answer.status_code == 404, address
    assert not Feedback.objects.exists()


def test_what_is_not_there_is_not_marked(
    alices: Client, course: Course, reading: Reading, bob: User, erin: User
) -> None:
    other = factories.make_reading(factories.make_course(slug="other"))
    factories.make_note(reading, erin)
    for address in (of(reading, bob), of(reading, erin), of(other, bob), f"{QUEUE}{other.pk}/"):
        assert alices.get(address).status_code == 404, address
    for student in (erin, course.memberships.get(role=Role.INSTRUCTOR).user):
        assert save(alices, reading, student, mark="1").status_code == 404
