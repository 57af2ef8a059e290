"""Naming people and papers with an @, and who is told."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from readings.accounts.models import User
from readings.core.markdown import Mentions, people_mentioned, render_markdown
from readings.courses.access import find_access
from readings.courses.models import Course, Event
from readings.courses.queries import events_for
from readings.notes.models import Note, NotePolicy
from readings.notes.policy import Readers
from readings.schedule.models import Reading
from tests import factories
from tests.conftest import SignIn
from tests.notes.addresses import note, paper, submit

NAMES = Mentions(
    {"Bob": "", "Bob Baker": "", "DSPy": "/c/x/papers/1/", "<b>": "", "Zoë O'Neil-Ünal": ""}
)
BOB = '<span class="mention">@Bob</span>'


def shown(text: str) -> str:
    return render_markdown(text, NAMES)


def test_people_and_papers_are_marked() -> None:
    assert '<span class="mention">@Bob Baker</span>' in shown("as @Bob Baker says")
    assert '<span class="mention">@bob baker</span>!' in shown("@bob baker!")
    assert '<a href="/c/x/papers/1/" class="mention"' in shown("in **@DSPy**")
    assert "@Zoë O'Neil-Ünal</span>" in shown("(@Zoë O'Neil-Ünal)")
    assert "@&lt;b&gt;</span>" in shown("@<b>")


def test_the_longest_name_counts_and_only_as_a_whole_word() -> None:
    assert shown("@Bob Bakers").startswith(f"<p>{BOB} Bakers")
    for text in ("@Bobby", "me@Bob", "@@Bob", "@Nobody", "@ Bob"):
        assert "mention" not in shown(text)


@pytest.mark.parametrize(
    "text",
    ["`@Bob`", "```\n@Bob\n```", "$@Bob$", "$$@Bob$$", "[by @Bob](https://x.example)",
     "https://x.example/@Bob", "<https://x.example/@Bob>", "[x](https://x.example '@Bob')"],
)  # fmt: skip
def test_nothing_is_named_in_code_links_or_maths(text: str) -> None:
    assert "mention" not in shown(text)


@given(st.text(alphabet=st.characters(exclude_characters="@"), max_size=200))
def test_a_text_without_an_at_is_rendered_as_ever(text: str) -> None:
    assert shown(text) == render_markdown(text)


PARTS = st.sampled_from(
    ["@Bob", "@Bob Baker", "@DSPy", "@<b>", "<b>", "`", "*", "[", "](/x)", "$", " ", "\n", "\n\n",
     "> ", "- ", '"', "&", "|", "@", "~~", "\\", "https://x.example/"]
)  # fmt: skip


@given(st.lists(PARTS, max_size=25))
def test_a_mention_never_breaks_the_html(parts: list[str]) -> None:
    text = "".join(parts)
    rendered = shown(text)
    # Without the marks of mentions it is the same page: nothing else was opened, closed or lost.
    plain = re.sub(r'<span class="mention">(.*?)</span>', r"\1", rendered)
    plain = re.sub(r'<a href="[^"]*" class="mention"[^>]*>(.*?)</a>', r"\1", plain)
    assert plain == render_markdown(text)
    assert set(people_mentioned(rendered)) <= {"Bob", "Bob Baker", "<b>"}


# --- in a course ------------------------------------------------------------------------------


def told(course: Course, *people: User) -> list[list[str]]:
    """What each of them is told."""
    return [
        [
            one.summary
            for one in events_for(find_access(user=user, slug=course.slug)).filter(
                kind="notes.mentioned"
            )
        ]
        for user in people
    ]


@pytest.mark.django_db
def test_whoever_is_named_in_a_submitted_note_is_told_once(
    bobs: Client, course: Course, reading: Reading, bob: User, carol: User, erin: User
) -> None:
    bobs.post(note(reading, "draft/"), {"answer-text": "Ask @Carol Chen", "based_on": 0})
    assert told(course, carol) == [[]]

    submit(bobs, reading, "Ask @Carol Chen, not me, @Bob Baker, on @DSPy", 1)
    submit(bobs, reading, "Ask @Carol Chen and @Erin Evans", 2)

    sentence = "Bob Baker mentioned you in a note on DSPy"
    assert told(course, bob, carol, erin) == [[], [sentence], [sentence]]
    assert Event.objects.filter(kind="notes.mentioned").count() == 2
    assert '<span class="mention">@Carol Chen</span>' in bobs.get(paper(reading)).content.decode()


@pytest.mark.django_db
def test_a_paper_that_is_named_is_a_link_to_its_page(bobs: Client, reading: Reading) -> None:
    submit(bobs, reading, f"See @DSPy and @{reading.full_title}")

    html = Note.objects.get().body_html
    assert html.count(f'<a href="{paper(reading)}" class="mention"') == 2


@pytest.mark.django_db
def test_who_may_not_read_the_note_is_not_told_of_it(
    bobs: Client, course: Course, reading: Reading, carol: User, erin: User
) -> None:
    NotePolicy.objects.create(course=course, readers=Readers.STAFF)
    submit(bobs, reading, "@Erin Evans and @Carol Chen")

    assert [len(one) for one in told(course, erin, carol)] == [0, 1]


@pytest.mark.django_db
def test_an_anonymous_course_names_no_author(
    bobs: Client, course: Course, reading: Reading, erin: User
) -> None:
    NotePolicy.objects.create(course=course, anonymous=True)
    submit(bobs, reading, "@Erin Evans")

    assert told(course, erin) == [["Somebody mentioned you in a note on DSPy"]]
    assert Event.objects.get(kind="notes.mentioned").actor is None


@pytest.mark.django_db
def test_of_two_people_of_one_name_nobody_is_told(
    bobs: Client, course: Course, reading: Reading, erin: User
) -> None:
    other = factories.make_user("Erin Evans", email="other@example.edu")
    factories.enrol(course, other)
    submit(bobs, reading, "@Erin Evans")

    assert told(course, erin, other) == [[], []]
    assert "mention" in Note.objects.get().body_html


@pytest.mark.django_db
def test_members_and_nobody_else_get_the_names(
    bobs: Client, course: Course, reading: Reading, sign_in: SignIn, dave: User, erin: User
) -> None:
    course.visibility = "public"
    course.save()
    names = bobs.get("/c/compilers/names/").json()["names"]

    assert [one["name"] for one in names] == [
        "Alice Abbott", "Bob Baker", "Carol Chen", "Erin Evans", "DSPy",
    ]  # fmt: skip
    assert names[-1] == {"name": "DSPy", "about": reading.full_title, "is_paper": True}
    assert sign_in(erin).get("/c/compilers/names/").status_code == 200
    for client in (sign_in(dave), Client()):
        assert client.get("/c/compilers/names/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 30])
def test_names_take_as_many_queries_for_one_as_for_thirty(
    count: int, bobs: Client, course: Course, django_assert_max_num_queries: pytest.FixtureDef[int]
) -> None:
    for _number in range(count):
        factories.make_reading(course)
        factories.enrol(course, factories.make_user())
    with django_assert_max_num_queries(5):  # type: ignore[operator]
        bobs.get("/c/compilers/names/")
