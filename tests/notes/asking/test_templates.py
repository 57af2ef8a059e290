"""Templates: made, changed, hidden, seen as a student; what was written stays."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from readings.accounts.models import User
from readings.courses.models import Course, Role
from readings.notes.asking import services
from readings.notes.asking.presets import AI_LOG, PRESETS, ROLES, SUMMARY, Preset
from readings.notes.models import (
    Assignment,
    Note,
    NotePolicy,
    NoteTemplate,
    Revision,
    TemplateVersion,
)
from readings.notes.prompts import Prompt, PromptKind
from readings.notes.services import save_draft, submit_note
from readings.schedule.models import Reading
from tests import factories
from tests.at_once import at_once
from tests.conftest import SignIn
from tests.notes.asking.conftest import MakeTemplate, edit_form, of_preset, sent

pytestmark = pytest.mark.django_db

TEMPLATES = "/c/compilers/notes/templates/"
ANSWERS = {"summary": "It is fast.", "strengths": "Fast.", "weaknesses": "-", "question": "Why?"}


def address(version: TemplateVersion, act: str = "") -> str:
    return f"{TEMPLATES}{version.template_id}/{act}"


def flat(page: str) -> str:
    return re.sub(r"\s+", " ", page)


# --- Making --------------------------------------------------------------------------------------


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_a_preset_is_shown_with_what_it_asks_and_saved_as_it_is(
    preset: Preset, alices: Client, course: Course, alice: User
) -> None:
    listed = alices.get(f"{TEMPLATES}new/").content.decode()
    assert preset.name in listed
    form = alices.get(f"{TEMPLATES}new/?from={preset.key}").content.decode()
    assert all(f'value="{prompt.key}"' in form for prompt in preset.prompts)
    assert not NoteTemplate.objects.exists()

    response = alices.post(f"{TEMPLATES}new/", of_preset(preset), follow=True)

    version = TemplateVersion.objects.get()
    assert response.redirect_chain[-1][0] == address(version, "preview/")
    assert (version.number, version.created_by, version.template.course) == (1, alice, course)
    assert version.all_prompts == preset.prompts
    assert tuple(version.roles) == preset.roles


def test_two_templates_of_a_course_have_two_names(
    alices: Client, make_template: MakeTemplate
) -> None:
    make_template("summary")
    page = alices.post(f"{TEMPLATES}new/", of_preset(SUMMARY)).content.decode()
    assert "give this one another name" in page
    assert NoteTemplate.objects.count() == 1


def test_each_error_is_at_its_field_and_nothing_typed_is_lost(alices: Client) -> None:
    prompts = [
        Prompt("a", PromptKind.SCALE, "How good?", labels=("only one",)),
        Prompt("b", PromptKind.LONG, "", help="Typed with care"),
        Prompt("c", PromptKind.LONG, "Words", fewest_words=50, most_words=10),
        Prompt("d", PromptKind.SHORT, "Whose?", role="Nobody"),
        Prompt("e", PromptKind.LINK, "Log", one_of="log"),
        Prompt("f", PromptKind.PAIRS, "Pairs", fewest=9, most=3),
    ]
    form = sent("", prompts, ["Reader", "reader"], **{"p3-most_words": "ten"})

    page = alices.post(f"{TEMPLATES}new/", form).content.decode()

    assert not NoteTemplate.objects.exists()
    for field, words in {
        "id_name": "required",
        "id_roles": "twice",
        "id_p1-labels": "2 to 11 steps",
        "id_p2-text": "Say what this prompt asks",
        "id_p3-most_words": "whole number",
        "id_p5-one_of": "No other prompt has this word",
        "id_p6-most": "less than 9",
    }.items():
        assert re.search(rf'id="{field}_error">[^<]*{words}', page), (field, words)
    for typed in ("only one", "Typed with care", 'value="ten"', "Whose?", "Nobody"):
        assert typed in page
    form = sent("Name", prompts[3:4], ["Reader"])
    page = alices.post(f"{TEMPLATES}new/", form).content.decode()
    assert "There is no role “Nobody” above" in page
    page = alices.post(f"{TEMPLATES}new/", sent("Name", [])).content.decode()
    assert "add a prompt" in page
    lonely = sent("Name", [replace(prompts[3], role="Reader")], ["Reader", "Critic"])
    assert "“Critic” is asked nothing" in alices.post(f"{TEMPLATES}new/", lonely).content.decode()


def test_hostile_text_is_kept_and_escaped(alices: Client) -> None:
    text = "<script>alert(1)</script> שלום 🎉"
    alices.post(f"{TEMPLATES}new/", sent(text[:60], [Prompt("a", PromptKind.LONG, text)]))
    version = TemplateVersion.objects.get()
    assert version.all_prompts[0].text == text
    for act in ("", "preview/"):
        assert "<script>alert" not in alices.get(address(version, act)).content.decode()
    assert "<script>alert" not in alices.get(TEMPLATES).content.decode()
    huge = sent("Name", [Prompt("a", PromptKind.LONG, "x" * 1_000_000)])
    assert "at most 300 characters" in alices.post(f"{TEMPLATES}new/", huge).content.decode()


def rows_in(page: str) -> list[str]:
    """The texts of the prompts in a form, from top to bottom."""
    return re.findall(r'"text" name="p\d+-text" value="([^"]*)"', page)


def test_prompts_are_added_moved_and_removed_without_scripts_and_without_saving(
    alices: Client, make_template: MakeTemplate
) -> None:
    version = make_template("questions")
    form = edit_form(version.template) | {"p1-text": "Changed", "p2-fewest_words": "soon"}

    def after(act: str) -> str:
        return str(alices.post(address(version), form | {"do": act}).content.decode())

    assert rows_in(after("down:p1"))[:2] == ["Second question", "Changed"]
    assert rows_in(after("up:p3"))[1:3] == ["Third question", "Second question"]
    assert rows_in(after("up:p1"))[0] == "Changed"
    assert rows_in(after("remove:p2"))[:2] == ["Changed", "Third question"]
    assert 'value="soon"' in after("down:p1")
    assert re.search(r'name="p3-text"[^>]*autofocus', after("remove:p2"))
    assert rows_in(after("up:p9")) == rows_in(after("nonsense"))
    added = after("add")
    assert 'name="row" value="p5"' in added
    assert 'class="error"' not in added
    assert TemplateVersion.objects.count() == 1


def test_a_removed_prompt_is_put_back_as_it_was_until_the_template_is_saved(
    alices: Client, make_template: MakeTemplate
) -> None:
    prompt = Prompt(
        "sure", PromptKind.SCALE, "How sure?", required=True, labels=("Guessing", "Sure"), help="Eh"
    )
    other = replace(prompt, key="other", text="Other?", required=False)
    last = replace(prompt, key="last", text="Last?", kind=PromptKind.LONG)
    form = sent("Scales", [prompt, other, last])
    new = f"{TEMPLATES}new/"

    def fields_in(page: str) -> dict[str, list[str]]:
        removed = page[page.index('class="prompt-removed') : page.index("Put back<")]
        found: dict[str, list[str]] = {}
        for tag in re.findall(r"<input[^>]*>", removed, re.DOTALL):
            name = re.search(r'name="([^"]*)"', tag)
            value = re.search(r'value="([^"]*)"', tag)
            assert name is not None
            found.setdefault(name[1], []).append(value[1] if value else "")
        return found

    page = alices.post(new, form | {"do": "remove:p1"}).content.decode()
    assert rows_in(page) == ["Other?", "Last?"]
    assert "Removed: How sure?" in page
    assert "Prompt 1</legend>" in page
    kept = form | fields_in(page) | {"row": ["p1", "p2", "p3"]}
    assert kept["removed"] == ["p1"]
    # It stays where it was, however the others move, and when something else is wrong.
    assert rows_in(alices.post(new, kept | {"do": "up:p3"}).content.decode()) == ["Last?", "Other?"]
    page = alices.post(new, kept | {"name": ""}).content.decode()
    assert "Removed: How sure?" in page
    assert fields_in(page) == fields_in(
        alices.post(new, form | {"do": "remove:p1"}).content.decode()
    )
    page = alices.post(new, kept | {"do": "restore:p1"}).content.decode()
    assert rows_in(page) == ["How sure?", "Other?", "Last?"]
    assert "Removed:" not in page
    assert page.count("checked") == 2  # of the first and the last

    alices.post(new, kept)
    assert [one.key for one in TemplateVersion.objects.get().all_prompts] == ["other", "last"]


def test_who_removed_every_prompt_is_asked_to_add_one(alices: Client) -> None:
    form = sent("One", [Prompt("a", PromptKind.LONG, "Why?")], removed=["p1"])
    page = alices.post(f"{TEMPLATES}new/", form).content.decode()
    assert "A template asks at least one thing: add a prompt." in page
    assert "Removed: Why?" in page


def test_a_scale_says_how_many_steps_it_needs(alices: Client) -> None:
    page = flat(alices.get(f"{TEMPLATES}new/?from=critique").content.decode())
    assert "2 to 11 steps, one a line, the lowest first." in page
    assert "Steps of the scale</label>" in page


# --- Changing ------------------------------------------------------------------------------------


def test_a_prompt_keeps_its_key_when_its_words_change(
    alices: Client, make_template: MakeTemplate
) -> None:
    version = make_template("summary")
    form = edit_form(version.template) | {"p1-text": "Sum it up"}
    form["row"] = ["p2", "p1", "p3", "p7"]
    form |= {"p7-kind": "yes_no", "p7-text": "Sum it up", "p7-key": ""}

    alices.post(address(version), form)

    new = TemplateVersion.objects.get(number=2)
    assert [(one.key, one.text) for one in new.all_prompts] == [
        ("strengths", "What is strong about it?"),
        ("summary", "Sum it up"),
        ("weaknesses", "What is weak, or missing?"),
        ("sum-it-up", "Sum it up"),
    ]
    assert version.all_prompts == SUMMARY.prompts


def test_nothing_changed_is_no_new_version(alices: Client, make_template: MakeTemplate) -> None:
    version = make_template("ai-log")
    alices.post(address(version), edit_form(version.template) | {"name": "Renamed"})
    assert TemplateVersion.objects.get().all_prompts == AI_LOG.prompts
    assert NoteTemplate.objects.get().name == "Renamed"


def test_who_did_not_touch_the_name_does_not_undo_another_s(
    alices: Client, make_template: MakeTemplate
) -> None:
    version = make_template("summary")
    form = edit_form(version.template) | {"name_seen": version.template.name, "p1-text": "Short?"}
    NoteTemplate.objects.update(name="Renamed meanwhile")
    alices.post(address(version), form)
    assert NoteTemplate.objects.get().name == "Renamed meanwhile"
    assert TemplateVersion.objects.get(number=2).all_prompts[0].text == "Short?"


def test_the_second_of_two_who_save_is_told_and_shown_both(
    alices: Client, make_template: MakeTemplate, course: Course
) -> None:
    version = make_template("summary")
    first = edit_form(version.template) | {"p1-text": "Alice's words"}
    second = edit_form(version.template) | {"p1-text": "Words from another window"}
    alices.post(address(version), first)

    page = flat(alices.post(address(version), second).content.decode())

    assert "Alice Abbott saved version 2 of this template while you edited" in page
    assert "Save again to replace theirs with yours, as version 3." in page
    assert 'value="Words from another window"' in page
    assert "Alice&#x27;s words" in page
    assert TemplateVersion.objects.count() == 2
    assert 'name="based_on" value="2"' in page
    alices.post(address(version), second | {"based_on": 2})
    assert TemplateVersion.objects.get(number=3).all_prompts[0].text.startswith("Words")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_in_the_same_moment_one_is_told(
    make_template: MakeTemplate, alice: User
) -> None:
    version = make_template("summary")

    def save(text: str) -> object:
        prompts = [replace(SUMMARY.prompts[0], text=text)]
        return services.save_template(
            template=version.template, actor=alice, name="Summary", prompts=prompts, roles=(),
            based_on=1,
        )  # fmt: skip

    results = at_once([lambda: save("One"), lambda: save("Two")])

    kinds = sorted(type(one).__name__ for one in results)
    assert kinds == ["TemplateChanged", "TemplateVersion"]
    assert sorted(TemplateVersion.objects.values_list("number", flat=True)) == [1, 2]


def test_what_was_written_stays_when_the_template_changes(
    make_template: MakeTemplate, alices: Client, reading: Reading, course: Course, bob: User
) -> None:
    version = make_template("summary", usual=True)
    begun = factories.make_reading(course, label="TVM")
    empty = factories.make_reading(course, label="MLIR")
    now = factories.NOON
    submit_note(reading=reading, author=bob, answers=ANSWERS, based_on=0, at=now)
    save_draft(reading=begun, author=bob, answers={"summary": "Half"}, based_on=0, at=now)
    save_draft(reading=empty, author=bob, answers={"summary": "Gone"}, based_on=0, at=now)
    save_draft(reading=empty, author=bob, answers={}, based_on=1, at=now)
    before = Note.objects.get(reading=reading)

    form = edit_form(version.template) | {"row": ["p1"], "p1-text": "In one sentence"}
    page = alices.post(address(version), form, follow=True).content.decode()
    assert "Notes that are begun keep what they answer" in page

    note = Note.objects.get(reading=reading)
    assert (note.body, note.body_html, note.answers) == (
        before.body, before.body_html, before.answers,
    )  # fmt: skip
    assert note.prompts == SUMMARY.prompts
    save_draft(reading=begun, author=bob, answers={"strengths": "Still"}, based_on=1, at=now)
    assert Note.objects.get(reading=begun).version == version
    assert Note.objects.get(reading=begun).draft == {"strengths": "Still"}
    save_draft(reading=empty, author=bob, answers={"summary": "New"}, based_on=2, at=now)
    assert Note.objects.get(reading=empty).version == version.template.versions.get(number=2)


# --- The list ------------------------------------------------------------------------------------


def test_the_list_says_what_is_usual_and_how_much_each_is_used(
    make_template: MakeTemplate, alices: Client, reading: Reading, course: Course, bob: User
) -> None:
    empty = alices.get(TEMPLATES).content.decode()
    assert "Every note is free text so far" in empty
    usual = make_template("summary", usual=True)
    other = make_template("questions")
    apart = factories.make_reading(course, label="TVM")
    Assignment.objects.create(reading=apart, template=other.template)
    at = factories.NOON
    submit_note(reading=reading, author=bob, answers=ANSWERS, based_on=0, at=at)
    save_draft(reading=apart, author=bob, answers={"first": "A draft"}, based_on=0, at=at)

    page = flat(alices.get(TEMPLATES).content.decode())

    assert page.count("The usual one") == 1
    assert re.search(
        r"Summary, strengths.{1,90}The usual one.{1,60}On 1 reading · 1 note answers it", page
    )
    assert re.search(
        r"Three questions</a></h2></div> <p class=\"meta\">On 1 reading · 0 notes", page
    )
    alices.post(f"{TEMPLATES}usual/", {"template": other.template_id})
    assert NotePolicy.objects.get().template == other.template
    assert alices.post(f"{TEMPLATES}usual/", {"template": "9" * 30}).status_code == 404
    alices.post(f"{TEMPLATES}usual/", {"template": ""})
    assert NotePolicy.objects.get().template is None
    assert usual.template.versions.count() == 1


def test_a_hidden_template_is_not_offered_and_keeps_its_readings_and_notes(
    make_template: MakeTemplate, alices: Client, reading: Reading, course: Course, bob: User
) -> None:
    version = make_template("summary", usual=True)
    page = alices.post(address(version, "hide/"), follow=True).content.decode()
    assert "make another template the usual one first" in page
    submit_note(reading=reading, author=bob, answers=ANSWERS, based_on=0, at=factories.NOON)
    services.make_usual(course=course, template=None)
    other = factories.make_reading(course, label="TVM")
    Assignment.objects.create(reading=reading, template=version.template)

    alices.post(address(version, "hide/"))

    assert NoteTemplate.objects.get().is_hidden
    assert Note.objects.get().prompts == SUMMARY.prompts
    rows = alices.get("/c/compilers/notes/readings/").content.decode()
    assert rows.count(f'value="{version.template_id}" selected') == 1  # where it is chosen already
    assert other.label in rows
    alices.post(address(version, "hide/"), {"show": "yes"})
    assert not NoteTemplate.objects.get().is_hidden


def test_the_list_takes_as_many_queries_with_30_templates_as_with_one(
    make_template: MakeTemplate, alices: Client, reading: Reading
) -> None:
    make_template("summary", usual=True)
    alices.get(TEMPLATES)
    with CaptureQueriesContext(connection) as one:
        alices.get(TEMPLATES)
    for number in range(29):
        make_template("questions", name=f"Questions {number}")
    with CaptureQueriesContext(connection) as thirty:
        alices.get(TEMPLATES)
    assert len(thirty) == len(one) <= 13


def test_a_template_that_nothing_uses_is_deleted_after_a_question(
    make_template: MakeTemplate, alices: Client
) -> None:
    version = make_template("summary")
    alices.post(address(version), edit_form(version.template) | {"p1-text": "Changed"})
    assert address(version, "delete/") in alices.get(TEMPLATES).content.decode()
    page = alices.get(address(version, "delete/")).content.decode()
    assert "all 2 versions" in page
    page = alices.post(address(version, "delete/"), follow=True).content.decode()
    assert "is deleted" in page
    assert not TemplateVersion.objects.exists()


@pytest.mark.parametrize("use", ["usual", "reading", "draft", "older note"])
def test_a_template_in_use_is_not_deleted(
    use: str, make_template: MakeTemplate, alices: Client, reading: Reading, course: Course,
    bob: User,
) -> None:  # fmt: skip
    version = make_template("summary", usual=True)
    match use:
        case "reading":
            Assignment.objects.create(reading=reading, template=version.template)
        case "draft":
            save_draft(
                reading=reading, author=bob, answers={"summary": "x"}, based_on=0, at=factories.NOON
            )
        case "older note":
            submit_note(reading=reading, author=bob, answers=ANSWERS, based_on=0, at=factories.NOON)
            Note.objects.update(version=None)
            Revision.objects.update(version=version)
    if use != "usual":
        services.make_usual(course=course, template=None)
    services.show_template(template=version.template)
    assert address(version, "delete/") not in alices.get(TEMPLATES).content.decode()
    page = alices.post(address(version, "delete/"), follow=True).content.decode()
    assert "Hide it instead" in page
    assert NoteTemplate.objects.exists()


# --- As a student --------------------------------------------------------------------------------


def test_the_preview_is_the_form_that_students_get(
    make_template: MakeTemplate, alices: Client, sign_in: SignIn, reading: Reading, bob: User
) -> None:
    version = make_template("critique", usual=True)
    theirs = sign_in(bob).get(f"/c/compilers/papers/{reading.pk}/note/").content.decode()

    page = alices.get(address(version, "preview/")).content.decode()

    fields = re.findall(r'name="(answer-[^"]*)"', page)
    assert fields
    assert fields == re.findall(r'name="(answer-[^"]*)"', theirs)
    assert not Note.objects.exists()


def test_in_the_preview_nothing_can_be_sent(alices: Client) -> None:
    prompts = [
        Prompt("f", PromptKind.FILE, "Your figure"),
        Prompt("p", PromptKind.PAIRS, "Questions", fewest=1, most=9),
        Prompt("t", PromptKind.SHORT, "In a line"),
    ]
    alices.post(f"{TEMPLATES}new/", sent("Files", prompts))
    page = alices.get(address(TemplateVersion.objects.get(), "preview/")).content.decode()
    main = page[page.index("<h1>Files") :]
    assert 'type="file"' in main
    assert re.search(r'type="file"[^>]* accept="[^"]+"[^>]* disabled', main)
    assert "<form" not in main
    assert 'type="submit"' not in main
    assert main.count('type="button" disabled>') == 2
    assert "formaction" not in main
    assert "Here nothing can be uploaded" in main


def test_the_preview_shows_what_each_role_is_asked(
    make_template: MakeTemplate, alices: Client
) -> None:
    version = make_template("roles")
    page = alices.get(address(version, "preview/")).content.decode()
    assert "answer-review" in page
    assert "answer-tried" not in page
    page = alices.get(address(version, "preview/?role=Hacker")).content.decode()
    assert "answer-tried" in page
    assert "answer-gist" in page
    assert "answer-review" not in page


# --- Who may -------------------------------------------------------------------------------------


def test_instructors_change_templates_and_assistants_look_at_them(
    make_template: MakeTemplate, sign_in: SignIn, course: Course, alice: User, bob: User,
    carol: User, dave: User, erin: User,
) -> None:  # fmt: skip
    course.visibility = "public"
    course.save()
    version = make_template("roles", usual=True)
    other = make_template("summary")
    looking = [TEMPLATES, address(version, "preview/")]
    changing = [
        ("get", f"{TEMPLATES}new/"),
        ("get", f"{TEMPLATES}new/?from=roles"),
        ("post", f"{TEMPLATES}new/"),
        ("get", address(version)),
        ("post", address(version)),
        ("post", address(other, "hide/")),
        ("get", address(other, "delete/")),
        ("post", address(other, "delete/")),
        ("post", f"{TEMPLATES}usual/"),
    ]
    for client in (sign_in(dave), sign_in(bob), sign_in(erin), Client()):
        for path in looking:
            assert client.get(path).status_code == 404, path
    for client in (sign_in(dave), sign_in(bob), sign_in(erin), sign_in(carol), Client()):
        for method, path in changing:
            data = of_preset(ROLES) if method == "post" else {}
            assert getattr(client, method)(path, data).status_code == 404, path
    assert TemplateVersion.objects.count() == 2
    carols = sign_in(carol)
    for path in looking:
        page = carols.get(path).content.decode()
        assert version.template.name in page
        assert "/templates/new/" not in page
        assert f'href="{address(version)}"' not in page


def test_templates_of_another_course_are_not_found(
    make_template: MakeTemplate, alices: Client, alice: User
) -> None:
    version = make_template("summary")
    other = factories.make_course(slug="other")
    factories.enrol(other, alice, Role.INSTRUCTOR)
    for act in ("", "preview/"):
        elsewhere = address(version, act).replace("compilers", "other")
        assert alices.get(elsewhere).status_code == 404
    hide = address(version, "hide/").replace("compilers", "other")
    assert alices.post(hide).status_code == 404
    assert alices.post(hide.replace("hide/", "delete/")).status_code == 404
    usual = alices.post("/c/other/notes/templates/usual/", {"template": version.template_id})
    assert usual.status_code == 404


def test_settings_lead_to_rules_and_templates(alices: Client, course: Course) -> None:
    page = alices.get("/c/compilers/settings/").content.decode()
    assert TEMPLATES in page
    assert "/c/compilers/notes/rules/" in page
