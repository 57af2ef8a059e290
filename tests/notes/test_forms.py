"""The form of a note with prompts of every kind, as it is without scripts."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client

from readings.accounts.models import User
from readings.notes.asked import Asked
from readings.notes.carrying import carry_over
from readings.notes.deadline_words import late_words
from readings.notes.models import Note, NotePolicy, RoleSeat, TemplateVersion
from readings.notes.policy import Late, Policy, standing
from readings.notes.prompts import FREE_TEXT, Prompt, PromptKind
from readings.notes.services import DraftConflict, QuestionsChanged, save_draft
from readings.schedule.models import Reading
from tests import factories
from tests.at_once import at_once
from tests.conftest import SignIn
from tests.notes.addresses import JSON, note, paper
from tests.notes.asking_for import EVERY_KIND, ask, filled_in, store_pages

pytestmark = pytest.mark.django_db

CLAIMS = Prompt("claims", PromptKind.LONG, "What does it claim?", required=True)
LIMITS = Prompt("limits", PromptKind.LONG, "What are its limits?")


@pytest.fixture
def version(reading: Reading) -> TemplateVersion:
    """Everything that can be asked for."""
    return ask(reading, *EVERY_KIND)


def test_every_kind_of_prompt_has_its_field(
    bobs: Client, reading: Reading, version: TemplateVersion
) -> None:
    page = bobs.get(note(reading)).content.decode()

    for prompt in EVERY_KIND:
        assert prompt.text in page
    assert page.count("(required)") == 2
    assert "3–300 words; <span data-word-count>0</span> so far" in page
    assert page.count('type="radio"') == 3 + 3
    assert page.count("Question <span data-number>") == 2
    assert 'aria-describedby="answer-claims-help answer-claims-words"' in page
    assert bobs.get(paper(reading)).content.decode().count('name="answer-claims"') == 1


def test_a_note_without_a_template_stays_one_field(bobs: Client, reading: Reading) -> None:
    page = bobs.get(note(reading)).content.decode()

    assert '<label for="answer-text"><span data-prompt-text>Your note</span></label>' in page
    assert len(re.findall(r"<textarea", page)) == 1
    assert "(required)" not in page


def test_what_is_missing_is_said_at_its_place_and_the_text_is_saved(
    bobs: Client, reading: Reading, version: TemplateVersion
) -> None:
    form = filled_in(version, one="Fast & <small>", code="nowhere", line_page="7", again="no")

    response = bobs.post(note(reading, "submit/"), form)

    page = response.content.decode()
    assert response.status_code == 422
    summary = page[page.index("data-error-summary") : page.index("</ul>", page.index("note-error"))]
    for target in ("answer-claims", "answer-rigor-1", "answer-code", "answer-line"):
        assert f'href="#{target}"' in summary
        assert f'id="{target}"' in page
    assert 'aria-describedby="answer-code-problem" aria-invalid="true"' in page
    assert '<p class="error" id="answer-code-problem">This is no web address' in page
    assert 'value="Fast &amp; &lt;small&gt;"' in page
    assert re.search(r"Saved \d\d:\d\d:\d\d", page)
    assert 'name="based_on" value="1"' in page
    assert Note.objects.get().draft["one"] == "Fast & <small>"

    # Having mended it, Bob submits from that very page.
    form |= {"based_on": 1, "answer-claims": "It is.", "answer-rigor": "2", "answer-code": "",
             "answer-line-page": ""}  # fmt: skip
    assert bobs.post(note(reading, "submit/"), form).status_code == 302
    assert Note.objects.get().answers == {
        "claims": "It is.", "one": "Fast & <small>", "rigor": 2, "again": False,
    }  # fmt: skip


def test_one_more_question_is_saved_and_there(
    bobs: Client, reading: Reading, version: TemplateVersion
) -> None:
    form = filled_in(version, log_q_0="Who?", log_a_0="I.") | {"more": "log"}

    response = bobs.post(note(reading, "draft/"), form)

    assert response["Location"] == f"{note(reading)}?more=log#answer-log"
    assert 'name="answer-log-q-2"' in bobs.get(response["Location"]).content.decode()
    assert 'name="answer-log-q-2"' not in bobs.get(note(reading)).content.decode()
    assert Note.objects.get().draft == {"log": [{"q": "Who?", "a": "I."}]}


def test_passages_of_the_paper_are_found_and_nothing_typed_is_lost(
    bobs: Client, reading: Reading, version: TemplateVersion
) -> None:
    store_pages(reading, "Nothing.", "We pro-\npose <b>a</b> compiler.")
    form = filled_in(version, claims="Typed") | {"quote_words": "propose"}

    page = bobs.post(note(reading, "passages/"), form).content.decode()
    part = bobs.post(note(reading, "passages/"), form, HTTP_HX_REQUEST="true").content.decode()

    for html in (page, part):
        assert "We <mark>propose</mark> &lt;b&gt;a&lt;/b&gt; compiler." in html
        assert "p. 2" in html
    assert "Typed</textarea>" in page
    assert "<form" not in part
    form["quote_words"] = "absent"
    assert "was not found" in bobs.post(note(reading, "passages/"), form).content.decode()
    assert not Note.objects.exists()


def test_a_paper_without_its_text_offers_no_search(
    bobs: Client, reading: Reading, version: TemplateVersion
) -> None:
    assert "type the quote and its page" in bobs.get(note(reading)).content.decode()
    assert "Quote the paper" not in bobs.get(note(reading)).content.decode()

    store_pages(reading, "One.")

    assert "Quote the paper" in bobs.get(note(reading)).content.decode()


def test_only_the_missing_half_of_a_pair_is_marked(
    bobs: Client, reading: Reading, version: TemplateVersion
) -> None:
    form = filled_in(version, log_q_0="Who?", log_a_0="I.", log_q_1="Why?")

    page = bobs.post(note(reading, "submit/"), form).content.decode()

    assert 'href="#answer-log-a-1"' in page
    marked = re.findall(r'<(?:input|textarea) id="(answer-log-[^"]+)"[^>]*aria-invalid', page)
    assert marked == ["answer-log-a-1"]


def test_an_empty_note_says_what_it_needs(
    bobs: Client, reading: Reading, version: TemplateVersion
) -> None:
    page = bobs.post(note(reading, "submit/"), filled_in(version)).content.decode()

    assert "write something before submitting" in page
    assert 'href="#answer-claims"' in page
    assert 'href="#answer-rigor-1"' in page


@pytest.mark.parametrize("act", ["draft/", "preview/"])
def test_of_a_text_too_long_the_longest_answer_is_named(
    bobs: Client, reading: Reading, version: TemplateVersion, act: str
) -> None:
    form = filled_in(version, claims="x" * 90_000, one="y" * 20_000)

    page = bobs.post(note(reading, act), form).content.decode()

    assert "The longest answer is the one to “What does it claim?”" in page


def test_a_found_page_is_said_after_submitting(
    bobs: Client, reading: Reading, version: TemplateVersion
) -> None:
    store_pages(reading, "One.", "Two words here.")
    form = filled_in(version, claims="It", rigor="1", line="two words")

    page = bobs.post(note(reading, "submit/"), form, follow=True).content.decode()

    assert "the quote was found on page 2" in page


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_takes_as_many_queries_for_one_answer_as_for_thirty(
    count: int, bobs: Client, reading: Reading, bob: User, django_assert_max_num_queries: Any
) -> None:
    prompts = [Prompt(f"p{number}", PromptKind.LONG, "Why?") for number in range(count)]
    ask(reading, *prompts, Prompt("f", PromptKind.FILE, "File"))
    answers = {prompt.key: "Because." for prompt in prompts}
    save_draft(reading=reading, author=bob, answers=answers, based_on=0, at=factories.NOON)

    with django_assert_max_num_queries(10):
        assert bobs.get(note(reading)).status_code == 200


# --- other questions than before --------------------------------------------------------------


def test_a_form_opened_before_the_questions_changed_is_taken_as_it_was(
    bobs: Client, reading: Reading
) -> None:
    before = ask(reading, CLAIMS)
    ask(reading, LIMITS)

    bobs.post(note(reading, "draft/"), filled_in(before, claims="All."))

    written = Note.objects.get()
    assert (written.version, written.draft) == (before, {"claims": "All."})
    page = bobs.get(note(reading)).content.decode()
    assert "were changed after you began" in page
    assert "What does it claim?" in page


def test_two_forms_that_ask_otherwise_do_not_drop_each_others_answers(
    bobs: Client, reading: Reading
) -> None:
    before = ask(reading, CLAIMS)
    after = ask(reading, LIMITS)
    bobs.post(note(reading, "draft/"), filled_in(after, limits="None."))

    response = bobs.post(note(reading, "draft/"), filled_in(before, claims="All."))

    page = response.content.decode()
    assert response.status_code == 422
    assert "has changed since this page was opened" in page
    assert "All.</textarea>" in page
    answer = bobs.post(note(reading, "draft/"), filled_in(before, claims="All."), **JSON)
    assert answer.status_code == 422
    assert Note.objects.get().draft == {"limits": "None."}


@pytest.mark.django_db(transaction=True)
def test_of_two_forms_that_begin_at_once_one_is_saved_whole(reading: Reading, bob: User) -> None:
    first, second = ask(reading, CLAIMS), ask(reading, LIMITS)

    def begin(version: TemplateVersion, answers: dict[str, str]) -> Note:
        return save_draft(
            reading=reading, author=bob, answers=answers, based_on=0, at=factories.NOON,
            asked=Asked(version),
        )  # fmt: skip

    outcomes = at_once(
        [
            lambda: begin(first, {"claims": "All."}),
            lambda: begin(second, {"limits": "None."}),
            lambda: begin(first, {"claims": "All."}),
            lambda: begin(second, {"limits": "None."}),
        ]
    )

    written = Note.objects.get()
    assert (written.version, written.draft) in [
        (first, {"claims": "All."}),
        (second, {"limits": "None."}),
    ]
    for one in outcomes:
        if isinstance(one, Note):
            assert one.draft == written.draft
        else:
            assert isinstance(one, QuestionsChanged | DraftConflict)


def test_nobody_chooses_questions_that_were_not_asked_here(
    bobs: Client, course: Any, reading: Reading, bob: User
) -> None:
    other = factories.make_reading(course)
    elsewhere = ask(other, CLAIMS)
    version = ask(reading, LIMITS, roles=("Reviewer", "Hacker"))
    elsewhere.template = type(elsewhere.template).objects.create(course=course, name="Other")
    elsewhere.save()
    RoleSeat.objects.create(reading=reading, user=bob, role="Hacker")
    save = {"reading": reading, "author": bob, "answers": {"limits": "x"}, "based_on": 0}

    for form in (
        filled_in(elsewhere, claims="x"),
        filled_in(version, limits="x") | {"role": "Reviewer"},
        filled_in(version, limits="x") | {"version": ""},
    ):
        assert bobs.post(note(reading, "draft/"), form).status_code == 422
    assert not Note.objects.exists()
    save_draft(**save, at=factories.NOON)  # type: ignore[arg-type]
    assert Note.objects.get().role == "Hacker"
    assert "You read this as <strong>Hacker</strong>" in bobs.get(note(reading)).content.decode()


def test_an_earlier_note_is_put_back_into_a_form_that_asks_otherwise() -> None:
    answers = {"claims": "All.", "rigor": 2, "log": [{"q": "Who?", "a": "I."}]}

    assert carry_over(answers, EVERY_KIND, EVERY_KIND) == answers
    assert carry_over(answers, EVERY_KIND, FREE_TEXT)["text"] == (
        "### What does it claim?\n\nAll.\n\n### How rigorous is it?\n\n**2** of 3: Somewhat\n\n"
        "### What you asked a model\n\n**1.** Who?\n\nI."
    )
    kept = carry_over(answers, EVERY_KIND, [CLAIMS, Prompt("rigor", PromptKind.SHORT, "How?")])
    assert kept["claims"].startswith("All.\n\n### How rigorous is it?")
    assert "rigor" not in kept


def test_a_revision_with_answers_goes_back_into_the_editor(
    bobs: Client, reading: Reading, version: TemplateVersion
) -> None:
    form = filled_in(version, claims="One", rigor="1", log_q_0="a", log_a_0="b", log_q_1="c",
                     log_a_1="d")  # fmt: skip
    bobs.post(note(reading, "submit/"), form)
    form |= {"based_on": 1, "answer-claims": "Two", "answer-rigor": "3"}
    bobs.post(note(reading, "submit/"), form)
    written = Note.objects.get()

    page = bobs.get(note(reading, f"{written.pk}/revisions/")).content.decode()
    for heading in ("What does it claim?", "How rigorous is it?"):
        assert f"<h3>{heading}</h3>\n            <div class" in page
    assert "<h3>What you asked a model</h3>\n            <div class" not in page
    bobs.post(note(reading, "restore/1/"), {"based_on": 2})

    draft = Note.objects.get().draft
    assert (draft["claims"], draft["rigor"], len(draft["log"])) == ("One", 1, 2)


# --- two versions, and input that is none -----------------------------------------------------


def test_two_versions_are_shown_prompt_by_prompt(
    bobs: Client, reading: Reading, version: TemplateVersion
) -> None:
    bobs.post(note(reading, "draft/"), filled_in(version, claims="Laptop", one="Same", rigor="1"))

    response = bobs.post(
        note(reading, "submit/"), filled_in(version, claims="Phone", one="Same", rigor="1")
    )

    page = response.content.decode()
    shown = page[page.index("data-differences") : page.index("data-keep-mine")]
    assert response.status_code == 409
    assert ("Laptop</pre>" in shown, "Phone</pre>" in shown, "Same" in shown) == (True, True, False)
    assert "Phone</textarea>" in page


@pytest.mark.parametrize(
    "text",
    ["<b>pasted</b> <table><tr><td>x</td></tr></table>", "שלום **עולם**", "👩‍🔬🧪" * 50,
     "$\\frac{1}{$ and $$\\begin{aligned}$$", "a\x00b", "\u202eevil"],
)  # fmt: skip
def test_odd_texts_are_kept_in_every_field(
    text: str, bobs: Client, reading: Reading, version: TemplateVersion
) -> None:
    form = filled_in(version, claims=text, one=text, ask=text, rigor="1", line=text, line_page="1",
                     log_q_0=text, log_a_0=text, log_q_1=text, log_a_1=text)  # fmt: skip

    assert bobs.post(note(reading, "submit/"), form).status_code == 302

    clean = text.replace("\x00", "")
    answers = Note.objects.get().answers
    assert (answers["claims"], answers["one"], answers["line"]["text"]) == (clean,) * 3
    assert answers["log"] == [{"q": clean, "a": clean}] * 2
    for address in (note(reading), paper(reading)):
        page = bobs.get(address).content.decode()
        assert "<table><tr>" not in page
        assert 'dir="auto"' in page


@pytest.mark.parametrize("act", ["draft/", "submit/", "preview/", "passages/"])
def test_a_megabyte_in_one_of_many_fields_is_kept_in_the_form(
    act: str, bobs: Client, reading: Reading, version: TemplateVersion
) -> None:
    text = "wörd " * 200_000
    response = bobs.post(note(reading, act), filled_in(version, claims=text, one="Short"))

    page = response.content.decode()
    assert act == "passages/" or "a note may have 100,000" in page
    assert f"{text}</textarea>" in page
    assert 'value="Short"' in page
    assert not Note.objects.exists()


def test_more_than_a_request_may_have_is_refused_with_a_page(
    bobs: Client, reading: Reading
) -> None:
    response = bobs.post(
        note(reading, "draft/"), {"answer-text": "x" * 7_000_000, "based_on": 0}, **JSON
    )

    assert response.status_code == 400  # which the editor in the browser puts into words
    assert not Note.objects.exists()


# --- deadlines in words -----------------------------------------------------------------------

DUE = dt.datetime(2025, 9, 17, 12, 30, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
LOWERED = Policy(late=Late.PENALISED, late_percent=10, late_days=3)
REFUSED = Policy(late=Late.REFUSED)


@pytest.mark.parametrize(
    ("policy", "now", "submitted", "words"),
    [
        (Policy(), DUE - HOUR, None, "A later note is accepted, and called late."),
        (LOWERED, DUE - HOUR, None, "until 3 days after the deadline, and its mark is lowered by"),
        (REFUSED, DUE - HOUR, None, "No note is accepted after that."),
        (Policy(), DUE + HOUR, None, "You can still submit it; it is called late."),
        (LOWERED, DUE + 25 * HOUR, None, "for each day, now by 20 %"),
        (LOWERED, DUE + 80 * HOUR, None, "is kept as a draft"),
        (REFUSED, DUE + HOUR, None, "is kept as a draft"),
        (REFUSED, DUE + HOUR, DUE, "what you submitted stays as it is"),
        (Policy(), DUE + HOUR, DUE, "You can still change its text"),
    ],
)
def test_what_becomes_of_a_late_note_is_said(
    policy: Policy, now: dt.datetime, submitted: dt.datetime | None, words: str
) -> None:
    how = standing(policy, owes=True, due=DUE, submitted_at=submitted, has_draft=False, now=now)
    assert words in late_words(policy, how, now)


def test_who_owes_nothing_hears_nothing_of_lateness(
    sign_in: SignIn, reading: Reading, erin: User
) -> None:
    how = standing(REFUSED, owes=False, due=DUE, submitted_at=None, has_draft=False, now=DUE + HOUR)
    assert late_words(REFUSED, how, DUE + HOUR) == ""
    assert "called late" not in sign_in(erin).get(note(reading)).content.decode()


def test_a_note_that_comes_too_late_is_kept_as_a_draft_and_so_is_said(
    bobs: Client, reading: Reading
) -> None:
    NotePolicy.objects.create(course=reading.course, late=Late.REFUSED)

    response = bobs.post(note(reading, "submit/"), {"answer-text": "Years later", "based_on": 0})

    page = response.content.decode()
    assert response.status_code == 422
    assert "The time for this note is over" in page
    assert "Years later</textarea>" in page
    assert (Note.objects.get().draft, Note.objects.get().is_submitted) == (
        {"text": "Years later"}, False,
    )  # fmt: skip
