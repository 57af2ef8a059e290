"""What was fetched, written down: each outcome with its results in one transaction."""

from __future__ import annotations

import contextlib

from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from readings.core.markdown import render_with_maths
from readings.papers.arxiv_client import PaperMetadata
from readings.papers.claiming import ClaimLost, finish
from readings.papers.extraction import PdfText, Unreadable
from readings.papers.identifiers import IdentifierKind, parse_identifier
from readings.papers.models import (
    Fetch,
    FetchStage,
    FetchState,
    Origin,
    Page,
    Paper,
    PaperVersion,
    VersionOrigin,
)
from readings.papers.reading_time import count_words
from readings.papers.storing import StoredPdf


def record_metadata(fetch: Fetch, metadata: PaperMetadata) -> None:
    """Fill the paper, add its newest version, and owe the version's PDF."""
    with transaction.atomic():
        finish(fetch)
        paper = Paper.objects.select_for_update().get(pk=fetch.paper_id)
        _fill(paper, metadata)
        paper.save()
        version, made = PaperVersion.objects.get_or_create(
            paper=paper,
            number=metadata.version,
            defaults={"origin": _version_origin(), "published_at": metadata.updated_at},
        )
        if made:
            _owe(version, FetchStage.PDF)
        elif version.origin == VersionOrigin.STAND_IN and not settings.ARXIV_STAND_IN:
            # It stays readable until the real one is here.
            _owe(version, FetchStage.PDF)


def record_pdf(fetch: Fetch, stored: StoredPdf) -> list[int]:
    """Point the version to its stored PDF; gives the fetch of its text where that is owed now."""
    with transaction.atomic():
        finish(fetch)
        version = _locked_version(fetch)
        is_same = version.sha256 == stored.sha256
        version.origin = _version_origin()
        version.sha256 = stored.sha256
        version.pdf_bytes = stored.size
        version.save(update_fields=["origin", "sha256", "pdf_bytes"])
        if version.origin == VersionOrigin.ARXIV:
            _drop_stand_ins(version)
        text = Fetch.objects.filter(version=version, stage=FetchStage.TEXT)
        if is_same and text.exists():
            return []
        _write_text(version, PdfText(page_count=None))
        return [_owe(version, FetchStage.TEXT).pk]


def record_text(fetch: Fetch, text: PdfText) -> None:
    """Replace the version's pages; a PDF of which nothing could be read is a failure."""
    is_read = text.has_text or text.problem == Unreadable.NO_TEXT
    with transaction.atomic():
        finish(fetch, failure="" if is_read else f"the PDF {text.problem}")
        _write_text(_locked_version(fetch), text)


def record_missing_pdf(fetch: Fetch) -> None:
    """The storage has lost the PDF: where it can be fetched it is owed again, and then its text."""
    with transaction.atomic():
        finish(fetch, failure="the stored PDF is gone")
        version = _locked_version(fetch)
        version.sha256 = ""
        version.save(update_fields=["sha256"])
        if version.number is not None:
            _owe(version, FetchStage.PDF)


def _locked_version(fetch: Fetch) -> PaperVersion:
    if fetch.version_id is None:
        raise ClaimLost
    return PaperVersion.objects.select_for_update().get(pk=fetch.version_id)


def _fill(paper: Paper, metadata: PaperMetadata) -> None:
    paper.title = _clipped(metadata.title, 500)
    paper.title_html = render_with_maths(paper.title)
    paper.authors = list(metadata.authors)
    paper.abstract = metadata.abstract
    paper.abstract_html = "".join(
        f"<p>{render_with_maths(paragraph)}</p>"
        for paragraph in metadata.abstract.split("\n\n")
        if paragraph
    )
    paper.venue = _clipped(metadata.journal_ref, 300)
    paper.comment = _clipped(metadata.comment, 500)
    paper.primary_category = metadata.primary_category[:32]
    paper.categories = list(metadata.categories)
    paper.published_on = metadata.published_at.date()
    paper.year = metadata.published_at.year
    paper.origin = Origin.STAND_IN if settings.ARXIV_STAND_IN else Origin.ARXIV
    paper.doi = paper.doi or _free_doi(metadata.doi)
    paper.updated_at = timezone.now()


def _free_doi(text: str) -> str | None:
    """The DOI in canonical form, unless another paper was added under it."""
    doi = parse_identifier(text) if text else None
    if doi is None or doi.kind is not IdentifierKind.DOI:
        return None
    return None if Paper.objects.filter(doi=doi.value).exists() else doi.value


def _write_text(version: PaperVersion, text: PdfText) -> None:
    version.page_count = text.page_count
    version.word_count = count_words(text.pages) or None
    version.outline = text.outline
    version.text_problem = _clipped(text.problem, 200)
    version.save(update_fields=["page_count", "word_count", "outline", "text_problem"])
    version.pages.all().delete()
    Page.objects.bulk_create(
        [
            Page(version=version, number=number, text=page)
            for number, page in enumerate(text.pages, start=1)
            if page
        ],
        batch_size=500,
    )


def _owe(version: PaperVersion, stage: FetchStage) -> Fetch:
    """Owe a stage of ``version`` from now; whoever is at it loses the claim."""
    fetch, _made = Fetch.objects.update_or_create(
        paper_id=version.paper_id,
        version=version,
        stage=stage,
        defaults={
            "state": FetchState.OWED,
            "reason": "",
            "attempts": 0,
            "next_attempt_at": timezone.now(),
            "claim": "",
            "claimed_until": None,
        },
    )
    return fetch


def _drop_stand_ins(real: PaperVersion) -> None:
    """Forget what the stand-in made up about this paper, except what somebody has pinned."""
    made_up = PaperVersion.objects.filter(paper_id=real.paper_id, origin=VersionOrigin.STAND_IN)
    for version in made_up.exclude(pk=real.pk):
        with contextlib.suppress(ProtectedError):
            version.delete()


def _version_origin() -> VersionOrigin:
    return VersionOrigin.STAND_IN if settings.ARXIV_STAND_IN else VersionOrigin.ARXIV


def _clipped(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
