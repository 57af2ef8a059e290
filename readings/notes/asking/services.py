"""The one writer of templates."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from readings.accounts.models import User
from readings.core.refusals import Refusal
from readings.courses.models import Course
from readings.notes.asking.queries import last_version, used_templates
from readings.notes.asking.turns import lock_course
from readings.notes.models import NotePolicy, NoteTemplate, TemplateVersion
from readings.notes.prompts import Prompt


class NameTaken(Refusal):
    """The course has a template of this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is a template “{name}” already: give this one another name.")


class TemplateChanged(Refusal):
    """Somebody saved a newer version while this one was edited; ``version`` is theirs."""

    def __init__(self, version: TemplateVersion) -> None:
        who = version.created_by.display_name if version.created_by else "Somebody"
        super().__init__(
            f"{who} saved version {version.number} of this template while you edited. Yours is in "
            f"the form and theirs below it. Save again to replace theirs with yours, as version "
            f"{version.number + 1}."
        )
        self.version = version


class IsUsed(Refusal):
    """A template that readings ask by, or notes answer, is not deleted."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"“{name}” is in use: readings ask by it, or a note was begun with it. Hide it instead."
        )


class IsUsual(Refusal):
    """The usual template of a course cannot be hidden."""

    def __init__(self) -> None:
        super().__init__(
            "This is what the course usually asks: make another template the usual one first."
        )


def create_template(
    *, course: Course, actor: User, name: str, prompts: Sequence[Prompt], roles: Sequence[str]
) -> TemplateVersion:
    """A new template with its first version.  Raises ``NameTaken``."""
    with transaction.atomic():
        template = NoteTemplate(course=course)
        _name(template, name)
        return _add_version(template, 1, prompts, roles, actor)


def save_template(
    *,
    template: NoteTemplate,
    actor: User,
    name: str,
    prompts: Sequence[Prompt],
    roles: Sequence[str],
    based_on: int,
) -> TemplateVersion:
    """Let the template ask this from now on: a new version, if it is anything else than before.

    ``based_on`` is the number of the version that was edited; an empty ``name`` leaves the name as
    it is.  What was written stays with its version.  Raises ``NameTaken`` and, where another
    version was saved since, ``TemplateChanged``.
    """
    with transaction.atomic():
        template = NoteTemplate.objects.select_for_update().get(pk=template.pk)
        last = last_version(template.course, template.pk)
        assert last is not None  # noqa: S101 (no template is without one)
        is_same = last.all_prompts == tuple(prompts) and tuple(last.roles) == tuple(roles)
        if last.number != based_on and not is_same:
            raise TemplateChanged(last)
        if name and name != template.name:
            _name(template, name)
        if is_same:
            return last
        return _add_version(template, last.number + 1, prompts, roles, actor)


def _name(template: NoteTemplate, name: str) -> None:
    template.name = name
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError:
        raise NameTaken(name) from None


def _add_version(
    template: NoteTemplate,
    number: int,
    prompts: Sequence[Prompt],
    roles: Sequence[str],
    actor: User,
) -> TemplateVersion:
    return TemplateVersion.objects.create(
        template=template,
        number=number,
        prompts=[prompt.as_json() for prompt in prompts],
        roles=list(roles),
        created_by=actor,
    )


def hide_template(*, template: NoteTemplate) -> None:
    """Offer it no more; readings and notes that have it keep it.  Raises ``IsUsual``."""
    with transaction.atomic():
        lock_course(template.course)
        if NotePolicy.objects.filter(template=template).exists():
            raise IsUsual
        NoteTemplate.objects.filter(pk=template.pk).update(is_hidden=True)


def delete_template(*, template: NoteTemplate) -> None:
    """Delete it with all its versions, which nobody needs.  Raises ``IsUsed``."""
    with transaction.atomic():
        lock_course(template.course)
        # A note that is begun holds on to its version while this looks.
        list(TemplateVersion.objects.select_for_update().filter(template=template))
        if template.pk in used_templates(template.course):
            raise IsUsed(template.name)
        template.delete()


def show_template(*, template: NoteTemplate) -> None:
    """Offer it again."""
    NoteTemplate.objects.filter(pk=template.pk).update(is_hidden=False)


def make_usual(*, course: Course, template: NoteTemplate | None) -> None:
    """Let every reading ask by ``template`` that has none of its own; None: free text."""
    with transaction.atomic():
        lock_course(course)
        NotePolicy.objects.update_or_create(course=course, defaults={"template": template})
        if template is not None:
            show_template(template=template)
