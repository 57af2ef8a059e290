"""What instructors and assistants do with reading lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from readings.core.refusals import Refusal
from readings.courses.access import Access, for_staff
from readings.reading_lists import adding, match_services, services
from readings.reading_lists.forms import (
    AddEntriesForm,
    AgendaForm,
    EntryForm,
    ListForm,
    MoveForm,
    SectionForm,
)
from readings.reading_lists.models import Entry, ReadingList, Section, TitleMatch
from readings.reading_lists.queries import (
    open_meetings,
    places_of,
    searches_of,
    section_choices,
    section_tree,
)
from readings.reading_lists.views import list_of


def _page(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    whole = {"section": "reading_lists", **context}
    return render(request, f"reading_lists/{template}.html", whole, status=status)


def _back(access: Access, reading_list: ReadingList, anchor: str = "") -> HttpResponseBase:
    address = reverse("reading_lists:show", args=[access.course.slug, reading_list.pk])
    return redirect(f"{address}#{anchor}" if anchor else address)


def _arranging(access: Access, reading_list: ReadingList, anchor: str = "") -> HttpResponseBase:
    address = reverse("reading_lists:arrange", args=[access.course.slug, reading_list.pk])
    return redirect(f"{address}#{anchor}" if anchor else address)


@for_staff
@require_POST
def new_list(request: HttpRequest, access: Access) -> HttpResponseBase:
    """An empty list with one section."""
    form = ListForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Say what the list is called.")
        return redirect("reading_lists:index", access.course.slug)
    made = services.make_list(course=access.course, title=form.cleaned_data["title"])
    return redirect("reading_lists:add", access.course.slug, made.pk)


@for_staff
@require_http_methods(["GET", "POST"])
def arrange(request: HttpRequest, access: Access, list_id: int) -> HttpResponseBase:
    """The name of a list, and its sections."""
    reading_list = list_of(access, list_id)
    form = ListForm(request.POST or None, instance=list_of(access, list_id))
    if request.method == "POST" and form.is_valid():
        services.rename_list(reading_list=reading_list, title=form.cleaned_data["title"])
        return _arranging(access, reading_list)
    context = {
        "reading_list": reading_list,
        "form": form,
        "section_form": SectionForm(),
        "sections": section_tree(reading_list),
    }
    return _page(request, "arrange", context, 400 if form.errors else 200)


@for_staff
@require_http_methods(["GET", "POST"])
def delete_list(request: HttpRequest, access: Access, list_id: int) -> HttpResponseBase:
    """Delete a list, once that was confirmed."""
    reading_list = list_of(access, list_id)
    if request.method == "POST":
        services.delete_list(reading_list=reading_list)
        messages.success(request, f"“{reading_list}” is deleted. Its readings are still here.")
        return redirect("reading_lists:index", access.course.slug)
    entries = Entry.objects.filter(section__reading_list=reading_list)
    context = {
        "reading_list": reading_list,
        "entry_count": entries.count(),
        "reading_count": entries.exclude(reading=None).values("reading").distinct().count(),
    }
    return _page(request, "delete", context)


@for_staff
@require_http_methods(["GET", "POST"])
def add_entries(request: HttpRequest, access: Access, list_id: int) -> HttpResponseBase:
    """Entries by links, ids or titles; into a section, which is made for a list without any."""
    reading_list = list_of(access, list_id)
    sections = section_choices(reading_list) or [(0, "(no heading)")]
    chosen = request.GET.get("section", "")
    initial = {"section": chosen if chosen.isdecimal() else sections[-1][0]}
    form = AddEntriesForm(sections, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            section = _section_or_first(reading_list, said["section"])
            entries = adding.add_entries(section=section, text=said["text"], role=said["role"])
        except Refusal as refusal:
            form.add_error("text", str(refusal))
        else:
            count = len(entries)
            messages.success(request, f"{count} {'entry' if count == 1 else 'entries'} added.")
            return _back(access, reading_list, f"entry-{entries[0].pk}" if entries else "")
    context = {"reading_list": reading_list, "form": form}
    return _page(request, "add", context, 400 if form.errors else 200)


@for_staff
@require_POST
def add_section(request: HttpRequest, access: Access, list_id: int) -> HttpResponseBase:
    """A section at the end of a list."""
    reading_list = list_of(access, list_id)
    form = SectionForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Say what the section is called.")
        return _arranging(access, reading_list)
    made = services.make_section(reading_list=reading_list, title=form.cleaned_data["title"])
    return _arranging(access, reading_list, f"section-{made.pk}")


@for_staff
@require_POST
def change_section(request: HttpRequest, access: Access, section_id: int) -> HttpResponseBase:
    """Another name for a section."""
    section = _section(access, section_id)
    form = SectionForm(request.POST, instance=_section(access, section_id))
    if form.is_valid():
        services.rename_section(section=section, title=form.cleaned_data["title"])
    else:
        messages.error(request, "A section needs a name.")
    return _arranging(access, section.reading_list, f"section-{section.pk}")


@for_staff
@require_POST
def shift_section(request: HttpRequest, access: Access, section_id: int) -> HttpResponseBase:
    """Move a section up or down."""
    section = _section(access, section_id)
    services.shift_section(section=section, by=_direction(request))
    return _arranging(access, section.reading_list, f"section-{section.pk}")


@for_staff
@require_POST
def remove_section(request: HttpRequest, access: Access, section_id: int) -> HttpResponseBase:
    """Remove an empty section."""
    section = _section(access, section_id)
    _try(request, lambda: services.remove_section(section=section))
    return _arranging(access, section.reading_list)


@for_staff
@require_http_methods(["GET", "POST"])
def change_entry(request: HttpRequest, access: Access, entry_id: int) -> HttpResponseBase:
    """Everything about one entry: what it says, where it stands, when it is read."""
    entry = _entry(access, entry_id)
    # The form gets a copy: what it writes into its instance is not what the service compares with.
    form = EntryForm(request.POST or None, instance=_entry(access, entry_id))
    if request.method == "POST" and form.is_valid():
        adding.correct_entry(entry=entry, **form.cleaned_data)
        return _back(access, entry.section.reading_list, f"entry-{entry.pk}")
    context = {
        "entry": entry,
        "form": form,
        "agenda": AgendaForm(_meetings(access)),
        "move": MoveForm(
            section_choices(entry.section.reading_list), initial={"section": entry.section_id}
        ),
        "places": places_of(access.course, [entry.reading_id or 0]).get(entry.reading_id or 0, ()),
        "match": TitleMatch.objects.filter(entry=entry).first(),
    }
    return _page(request, "entry", context, 400 if form.errors else 200)


@for_staff
@require_POST
def schedule_entry(request: HttpRequest, access: Access, entry_id: int) -> HttpResponseBase:
    """Put an entry on a class's agenda."""
    entry = _entry(access, entry_id)
    form = AgendaForm(_meetings(access), request.POST)
    if not form.is_valid():
        messages.error(request, "Choose a class of this course that is still to come.")
        return redirect("reading_lists:entry", access.course.slug, entry.pk)
    meeting = form.cleaned_data["meeting"]
    if _try(
        request,
        lambda: adding.put_on_agenda(entry=entry, meeting=meeting, actor=access.user),
    ):
        day = f"{meeting.meets_on:%B} {meeting.meets_on.day}" if meeting.meets_on else "no date yet"
        messages.success(request, f"“{entry}” is in week {meeting.week.number} now ({day}).")
    return _back(access, entry.section.reading_list, f"entry-{entry.pk}")


@for_staff
@require_POST
def move_entry(request: HttpRequest, access: Access, entry_id: int) -> HttpResponseBase:
    """Move an entry, with those under it, to another section of its list."""
    entry = _entry(access, entry_id)
    form = MoveForm(section_choices(entry.section.reading_list), request.POST)
    if form.is_valid() and form.cleaned_data["section"] != entry.section_id:
        section = _section(access, form.cleaned_data["section"])
        services.move_entry(entry=entry, section=section)
    return _back(access, entry.section.reading_list, f"entry-{entry.pk}")


@for_staff
@require_POST
def shift_entry(request: HttpRequest, access: Access, entry_id: int) -> HttpResponseBase:
    """Move an entry up or down in its section."""
    entry = _entry(access, entry_id)
    services.shift_entry(entry=entry, by=_direction(request))
    return _back(access, entry.section.reading_list, f"entry-{entry.pk}")


@for_staff
@require_POST
def remove_entry(request: HttpRequest, access: Access, entry_id: int) -> HttpResponseBase:
    """Take an entry off its list."""
    entry = _entry(access, entry_id)
    reading_list, section_id = entry.section.reading_list, entry.section_id
    services.remove_entry(entry=entry)
    stays = " Notes and discussion of it stay." if entry.reading_id else ""
    messages.success(request, f"“{entry}” is off the list.{stays}")
    return _back(access, reading_list, f"section-{section_id}")


_DECISIONS: dict[str, Callable[..., object]] = {
    "take": match_services.take_match,
    "refuse": match_services.refuse_match,
    "take_back": match_services.take_back_match,
    "again": match_services.search_again,
}


@for_staff
@require_POST
def decide_match(request: HttpRequest, access: Access, entry_id: int) -> HttpResponseBase:
    """Take or refuse what was found by an entry's title, take it back, or search again."""
    entry = _entry(access, entry_id)
    match = get_object_or_404(TitleMatch, entry=entry)
    decide = _DECISIONS.get(request.POST.get("decision", ""))
    if decide is not None:
        _try(request, lambda: decide(match=match))
    reading_list = entry.section.reading_list
    if request.htmx:  # type: ignore[attr-defined]
        context = {"searches": searches_of(reading_list)}
        return render(request, "reading_lists/show.html#searches", context)
    if request.POST.get("from") == "entry":
        return redirect("reading_lists:entry", access.course.slug, entry.pk)
    return _back(access, reading_list, "searches")


def _try(request: HttpRequest, action: Callable[[], object]) -> bool:
    try:
        action()
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return False
    return True


def _direction(request: HttpRequest) -> int:
    return -1 if request.POST.get("to") == "up" else 1


def _meetings(access: Access) -> Any:
    today = timezone.now().astimezone(access.course.zone).date()
    return open_meetings(access.course, today)


def _section(access: Access, section_id: int) -> Section:
    found = Section.objects.select_related("reading_list__course")
    return get_object_or_404(found, reading_list__course=access.course, pk=section_id)


def _section_or_first(reading_list: ReadingList, section_id: int) -> Section:
    return reading_list.sections.filter(pk=section_id).first() or services.make_section(
        reading_list=reading_list, title=""
    )


def _entry(access: Access, entry_id: int) -> Entry:
    found = Entry.objects.select_related("section__reading_list__course", "reading__paper")
    return get_object_or_404(found, section__reading_list__course=access.course, pk=entry_id)
