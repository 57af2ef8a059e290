"""Pages on which staff make sheets and change their rules."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from readings.core.counting import count_of
from readings.core.refusals import Refusal
from readings.courses.access import Access, for_staff
from readings.presentations import queries
from readings.presentations.models import Sheet, Slot
from readings.presentations.refusals import OpensTooLate, SeatsTaken, SlotGone, TitleTaken
from readings.presentations.sheets.adding import add_wanted, offer_sheet
from readings.presentations.sheets.answering import agreed_to, find_sheet, keys_in, show
from readings.presentations.sheets.attention import needs_attention
from readings.presentations.sheets.consequences import consequences
from readings.presentations.sheets.forms import ChangesForm
from readings.presentations.sheets.presets import PRESETS, free_title, preset_called
from readings.presentations.sheets.queries import (
    rule_words,
    sheet_rows,
    slot_rows,
    window_words,
    with_work,
)
from readings.presentations.sheets.services import delete_sheet, update_sheet
from readings.presentations.sheets.sheet_forms import (
    ONE,
    PRESENTATIONS,
    READINGS,
    SheetForm,
    SlotsForm,
    initial_of,
)
from readings.presentations.sheets.slot_services import change_slots, delete_free_slots
from readings.presentations.sheets.standing import read_standing
from readings.presentations.sheets.terms import terms_of_sheet


@for_staff
@require_GET
def sheets(request: HttpRequest, access: Access) -> HttpResponse:
    """Every sheet, and what needs staff."""
    now = timezone.now()
    standing = read_standing(access.course)
    context = {
        "rows": sheet_rows(standing, access.course, now),
        "concerns": needs_attention(access, now=now, standing=standing),
    }
    return show(request, "sheets", context)


@for_staff
@require_http_methods(["GET", "POST"])
def new_sheet(request: HttpRequest, access: Access) -> HttpResponseBase:
    """A sheet and its slots on one page; ``?start=pitches`` fills it in."""
    course = access.course
    titles = set(Sheet.objects.filter(course=course).values_list("title", flat=True))
    preset = preset_called(request.GET.get("start", ""), titles)
    initial = initial_of(preset.terms) | {"title": free_title(preset.name, titles)}
    form = SheetForm(course, request.POST or None, initial=initial)
    slots_form = SlotsForm(course, request.POST or None, initial=dict(preset.slots))
    _choose_a_source(slots_form)
    # Both are asked, so that everything that is wrong is said at once.
    if request.method == "POST" and all([form.is_valid(), slots_form.is_valid()]):
        try:
            sheet, slots = offer_sheet(
                course=course, terms=form.terms, wanted=slots_form.wanted, actor=access.member
            )
        except Refusal as refusal:
            form.add_error(_field_of(refusal), str(refusal))
        else:
            made = f" with {count_of(len(slots), 'slot')}" if slots else ""
            messages.success(request, f"The sheet “{sheet.title}” is made{made}.")
            return redirect("presentations:sheet", course.slug, sheet.pk)
    context = {"form": form, "slots_form": slots_form, "presets": PRESETS, "start": preset}
    return show(request, "sheet_new", context)


@for_staff
@require_GET
def sheet(request: HttpRequest, access: Access, sheet_id: int) -> HttpResponse:
    """Rules, numbers and slots of one sheet; ``?tick=all`` or ``?tick=free`` ticks slots."""
    return _sheet_page(request, access, find_sheet(access, sheet_id))


@for_staff
@require_http_methods(["GET", "POST"])
def sheet_rules(request: HttpRequest, access: Access, sheet_id: int) -> HttpResponseBase:
    """Change the rules; whom the new ones hit is said first, and they keep what they have."""
    sheet = find_sheet(access, sheet_id)
    before = initial_of(terms_of_sheet(sheet))
    form = SheetForm(access.course, request.POST or None, sheet=sheet, initial=before)
    hits: list[tuple[str, str]] = []
    meanings: list[str] = []
    if request.method == "POST" and form.is_valid():
        if "agreed" not in request.POST:
            hits = _newly_hit(access, sheet, form)
            meanings = consequences(sheet, form.terms)
        if not hits and not meanings:
            try:
                update_sheet(sheet=sheet, terms=form.terms, actor=access.member)
            except Refusal as refusal:
                form.add_error(_field_of(refusal), str(refusal))
            else:
                messages.success(request, "The rules are saved.")
                return redirect("presentations:sheet", access.course.slug, sheet.pk)
    return show(
        request, "sheet_rules", {"sheet": sheet, "form": form, "hits": hits, "meanings": meanings}
    )


@for_staff
@require_http_methods(["GET", "POST"])
def add_slots(request: HttpRequest, access: Access, sheet_id: int) -> HttpResponseBase:
    """More slots for a sheet."""
    sheet = find_sheet(access, sheet_id)
    item = request.GET.get("item")
    initial = {"item": item, "source": _likely_source(sheet, item)}
    form = SlotsForm(access.course, request.POST or None, sheet=sheet, initial=initial)
    _choose_a_source(form)
    if request.method == "POST" and form.is_valid() and form.wanted is not None:
        try:
            made = add_wanted(sheet=sheet, wanted=form.wanted, actor=access.member)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            if made:
                messages.success(request, f"{count_of(len(made), 'slot')} added.")
            else:
                messages.info(request, "They all had their slots already: nothing was added.")
            return redirect("presentations:sheet", access.course.slug, sheet.pk)
    return show(request, "sheet_slots", {"sheet": sheet, "slots_form": form})


@for_staff
@require_POST
def change_ticked(request: HttpRequest, access: Access, sheet_id: int) -> HttpResponseBase:
    """Change the ticked slots, or remove those of them that nobody has."""
    sheet = find_sheet(access, sheet_id)
    ticked = keys_in(request, "slot")
    if request.POST.get("do") == "remove":
        return _remove_ticked(request, access, sheet, ticked)
    form = ChangesForm(access.course, sheet, request.POST)
    if not ticked:
        form.add_error(None, "Tick the slots that are to change.")
    if not form.is_valid():
        return _sheet_page(request, access, sheet, form, ticked)
    try:
        changed = change_slots(
            course=access.course, slots=ticked, changes=form.changes, actor=access.member
        )
    except Refusal as refusal:
        field = {SeatsTaken: "seats", OpensTooLate: "opens_at"}.get(type(refusal))
        form.add_error(field, str(refusal))
        return _sheet_page(request, access, sheet, form, ticked)
    messages.success(request, f"{count_of(changed, 'slot')} changed.")
    return redirect("presentations:sheet", access.course.slug, sheet.pk)


@for_staff
@require_http_methods(["GET", "POST"])
def remove_sheet(request: HttpRequest, access: Access, sheet_id: int) -> HttpResponseBase:
    """Remove a sheet, after saying what goes with it."""
    sheet = find_sheet(access, sheet_id)
    refusal = ""
    if request.method == "POST":
        try:
            delete_sheet(sheet=sheet, agreed_sign_ups=agreed_to(request), actor=access.member)
        except SlotGone:
            return redirect("presentations:sheets", access.course.slug)
        except Refusal as refused:
            refusal = str(refused)
        else:
            messages.success(request, f"The sheet “{sheet.title}” is removed.")
            return redirect("presentations:sheets", access.course.slug)
    standing = read_standing(access.course, sheet)
    context = {
        "sheet": sheet,
        "refusal": refusal,
        "work": [queries.describe(slot) for slot in with_work(Slot.objects.filter(sheet=sheet))],
        "slots": len(standing.slots),
        "sign_ups": len(standing.sign_ups),
        "names": [holder.name for holder in standing.holders(sheet)],
        "ballots": sheet.ballots.count(),
    }
    return show(request, "sheet_remove", context)


def _sheet_page(
    request: HttpRequest,
    access: Access,
    sheet: Sheet,
    form: ChangesForm | None = None,
    ticked: list[int] | None = None,
) -> HttpResponse:
    """The page of one sheet; a form that was refused stands in it as it was filled in."""
    now = timezone.now()
    standing = read_standing(access.course, sheet)
    rows = slot_rows(standing, sheet)
    if ticked is None:
        tick = request.GET.get("tick")
        ticked = [row.pk for row in rows if tick == "all" or (tick == "free" and not row.holders)]
    missing = standing.missing(sheet)
    context = {
        "sheet": sheet,
        "rules": rule_words(sheet),
        "window": window_words(sheet, standing.slots_on(sheet), now),
        "rows": rows,
        "seats": sum(row.seats for row in rows),
        "taken": len(standing.sign_ups),
        "concerned": standing.concerned(sheet),
        "without_group": standing.without_group(sheet),
        "missing": missing,
        "addresses": ", ".join(dict.fromkeys(mail for one in missing for mail in one.emails)),
        "concerns": needs_attention(access, now=now, sheet=sheet, standing=standing),
        "form": form or ChangesForm(access.course, sheet),
        "ticked": frozenset(ticked),
        # One reverse() for the whole table.
        "slot_url": reverse("presentations:slot", args=[access.course.slug, 0])[: -len("0/")],
    }
    return show(request, "sheet", context)


def _remove_ticked(
    request: HttpRequest, access: Access, sheet: Sheet, ticked: list[int]
) -> HttpResponseBase:
    try:
        gone, stay = delete_free_slots(course=access.course, slots=ticked, actor=access.member)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        words = f"{count_of(gone, 'slot')} removed."
        if stay:
            words += (
                f" {stay} stayed: somebody has them, waits or wished for them, or work hangs on"
                " them."
            )
        tell = messages.success if gone else messages.info
        tell(request, words if ticked else "Tick the slots that are to go.")
    return redirect("presentations:sheet", access.course.slug, sheet.pk)


def _likely_source(sheet: Sheet, item: str | None) -> str:
    if item:
        return ONE
    return PRESENTATIONS if sheet.is_for_groups else READINGS


def _choose_a_source(form: SlotsForm) -> None:
    """Where the preset's source has nothing to offer, the first one that has."""
    offered = [value for value, _words in form.fields["source"].choices]  # type: ignore[attr-defined]
    if form.initial.get("source") not in offered:
        form.initial["source"] = offered[0]


def _newly_hit(access: Access, sheet: Sheet, form: SheetForm) -> list[tuple[str, str]]:
    """Who holds what the new rules do not allow, and the old ones did."""
    standing = read_standing(access.course, sheet)
    if form.terms.taken_by != sheet.taken_by:
        return []  # refused anyway, when somebody holds anything
    old = {(holder.key, sentence) for holder, sentence in standing.breaches(sheet)}
    return [
        (holder.name, sentence)
        for holder, sentence in standing.breaches(sheet, form.terms)
        if (holder.key, sentence) not in old
    ]


def _field_of(refusal: Refusal) -> str | None:
    """The field at which the sentence stands."""
    if isinstance(refusal, TitleTaken):
        return "title"
    if isinstance(refusal, OpensTooLate):
        return "opens_at"
    if isinstance(refusal, SeatsTaken):
        return "taken_by"
    return None if isinstance(refusal, SlotGone) else "closes_at"
