"""The one writer of papers: they are added here, and what is owed for them is put down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from readings.accounts.models import User
from readings.core.markdown import render_with_maths
from readings.core.refusals import Refusal
from readings.papers.extraction import recognise
from readings.papers.identifiers import Identifier, IdentifierKind
from readings.papers.models import (
    Fetch,
    FetchStage,
    FetchState,
    Origin,
    Paper,
    PaperKind,
    PaperVersion,
    VersionOrigin,
)
from readings.papers.storing import store_pdf
from readings.papers.tasks import ask_arxiv, hint, read_text, sweep

Key: TypeAlias = tuple[IdentifierKind, str]
_FIELDS: Final = {
    IdentifierKind.ARXIV: "arxiv_id",
    IdentifierKind.DOI: "doi",
    IdentifierKind.URL: "url",
}
_BATCH: Final = 500


class NotAPdf(Refusal):
    """What was uploaded is no PDF, is empty, or is too large."""


def add_papers(
    *, identifiers: Sequence[Identifier], kinds: Sequence[PaperKind] | None = None
) -> list[Paper]:
    """The papers with these identifiers, in their order; those that are new are owed a fetch.

    ``kinds`` says, in the same order, what the new ones are (``models.kind_of_role``); what arXiv
    has is always a paper, and what is there already stays what it is.  Only arXiv is ever asked:
    nothing is fetched from the address of a blog post or a video.

    Safe to call at the same time from several processes: an identifier is one row.
    """
    said = dict(
        zip(
            [one.key for one in identifiers],
            kinds or [PaperKind.PAPER] * len(identifiers),
            strict=True,
        )
    )
    with transaction.atomic():
        papers = _known(said)
        # In one order everywhere, or two who add the same papers wait for each other for ever.
        missing = sorted(key for key in said if key not in papers)
        if missing:
            papers |= _add_missing({key: said[key] for key in missing})
            hint(ask_arxiv)
    return [papers[identifier.key] for identifier in identifiers]


def _known(keys: Iterable[Key]) -> dict[Key, Paper]:
    """The papers of these identifiers that there are."""
    found: dict[Key, Paper] = {}
    values: dict[IdentifierKind, list[str]] = defaultdict(list)
    for kind, value in keys:
        values[kind].append(value)
    for kind, wanted in values.items():
        field = _FIELDS[kind]
        for start in range(0, len(wanted), _BATCH):
            batch = {f"{field}__in": wanted[start : start + _BATCH]}
            found |= {(kind, getattr(one, field)): one for one in Paper.objects.filter(**batch)}
    return found


def _add_missing(said: Mapping[Key, PaperKind]) -> dict[Key, Paper]:
    """Make papers, unless somebody makes them at this moment; arXiv is owed for its own."""
    new = [
        Paper(**{_FIELDS[kind]: value}, kind=PaperKind.PAPER if kind == "arxiv" else kind_of_work)
        for (kind, value), kind_of_work in said.items()
    ]
    Paper.objects.bulk_create(new, ignore_conflicts=True, batch_size=_BATCH)
    papers = _known(said)
    owed = [
        Fetch(paper=paper, stage=FetchStage.METADATA)
        for (kind, _value), paper in papers.items()
        if kind == IdentifierKind.ARXIV
    ]
    Fetch.objects.bulk_create(owed, ignore_conflicts=True, batch_size=_BATCH)
    return papers


def type_in_details(
    *, paper: Paper, title: str, authors: Sequence[str], venue: str, year: int
) -> None:
    """Store what a person says about a paper that no service is asked about.

    What was fetched stays as it is.
    """
    with transaction.atomic():
        locked = Paper.objects.select_for_update().get(pk=paper.pk)
        if locked.origin not in (Origin.NOWHERE, Origin.TYPED):
            return
        locked.title = title
        locked.title_html = render_with_maths(title)
        locked.authors = list(authors)
        locked.venue = venue
        locked.year = year
        locked.origin = Origin.TYPED
        locked.updated_at = timezone.now()
        locked.save()


def retry_fetches(*, paper_ids: Collection[int]) -> int:
    """Owe again, from now, what failed or waits for these papers; how many fetches that is."""
    waiting = Fetch.objects.filter(
        paper_id__in=paper_ids, state__in=[FetchState.FAILED, FetchState.OWED]
    )
    now = timezone.now()
    with transaction.atomic():
        count = waiting.update(state=FetchState.OWED, reason="", attempts=0, next_attempt_at=now)
        Paper.objects.filter(pk__in=paper_ids).update(updated_at=now)
        hint(sweep)
    return count


def upload_pdf(*, paper: Paper, file: File[bytes], uploaded_by: User) -> PaperVersion:
    """Store somebody's PDF as a version of ``paper`` without a number.  Raises ``NotAPdf``.

    It is seen only through the reading that pins it.
    """
    if not file.size:
        raise NotAPdf("This file is empty.")
    if file.size > settings.PDF_MAX_BYTES:
        raise NotAPdf(
            f"This file is larger than {settings.PDF_MAX_BYTES / (1024 * 1024):.3g} MB, the limit."
        )
    if problem := recognise(file.open("rb").read(1024)):
        raise NotAPdf(f"This file {problem}.")
    # Stored outside the transaction: it may take minutes.
    stored = store_pdf(file)
    with transaction.atomic():
        version = PaperVersion.objects.create(
            paper=paper,
            origin=VersionOrigin.UPLOAD,
            sha256=stored.sha256,
            pdf_bytes=stored.size,
            uploaded_by=uploaded_by,
        )
        text = Fetch.objects.create(paper=paper, version=version, stage=FetchStage.TEXT)
        hint(read_text, text.pk)
    return version
