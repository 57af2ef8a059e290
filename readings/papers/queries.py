"""What pages read about papers and the work that is owed for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import F, Max, Q, QuerySet
from django.utils import timezone

from readings.papers.models import Fetch, FetchState, Paper, PaperVersion, VersionOrigin

# What comes within this time is worth waiting for with the page open.
SOON = dt.timedelta(minutes=2)


@dataclass(frozen=True)
class FetchProgress:
    """How far the fetching of some papers is."""

    total: int = 0
    done: int = 0  # every stage that applies has its outcome, and it is a good one
    failed: int = 0
    needs_pdf: int = 0  # no open PDF is known: somebody uploads one
    is_busy: bool = False  # something will come by itself, and soon
    waiting_reason: str = ""  # why it takes long: "could not reach arXiv"
    retry_at: dt.datetime | None = None
    seen: str = ""  # the newest change among these papers, for the next poll
    problems: dict[int, str] = field(default_factory=dict)  # paper id to a sentence

    @property
    def is_shown(self) -> bool:
        """Whether there is anything to tell those who can do something about it."""
        return self.done < self.total and (self.is_busy or bool(self.waiting_reason))


def seen_with(pinned: Collection[int | None]) -> Q:
    """Fetches a course may know of: those of shared versions, and of uploads that it has pinned.

    What another course has uploaded, and whether that can be read, is none of its business.
    """
    own = [version_id for version_id in pinned if version_id is not None]
    return (
        Q(version__isnull=True) | ~Q(version__origin=VersionOrigin.UPLOAD) | Q(version_id__in=own)
    )


def progress_of(
    papers: Collection[Paper],
    *,
    pinned: Collection[int | None] = (),
    needs_pdf: Collection[int] = (),
) -> FetchProgress:
    """The state of the fetches of these papers, in one query.

    ``pinned``: the versions that the course's readings pin (None where they pin none).
    ``needs_pdf``: the papers, by id, for which somebody has to upload a PDF.
    """
    if not papers:
        return FetchProgress()
    paper_ids = {paper.pk for paper in papers}
    now = timezone.now()
    open_papers: set[int] = set()
    problems: dict[int, str] = {}
    failed: set[int] = set()
    is_busy = False
    waiting: list[tuple[dt.datetime, str]] = []
    unfinished = Fetch.objects.filter(seen_with(pinned), paper_id__in=paper_ids).exclude(
        state=FetchState.DONE
    )
    for paper_id, state, reason, next_at in unfinished.order_by("pk").values_list(
        "paper_id", "state", "reason", "next_attempt_at"
    ):
        if state == FetchState.FAILED:
            failed.add(paper_id)
            problems[paper_id] = reason
            continue
        open_papers.add(paper_id)
        if reason:
            problems[paper_id] = reason
            waiting.append((next_at, reason))
        is_busy = is_busy or next_at - now < SOON
    total = len(paper_ids)
    retry_at, reason = min(waiting, default=(None, ""))
    return FetchProgress(
        total=total,
        done=total - len(open_papers | failed | set(needs_pdf)),
        failed=len(failed - open_papers),
        needs_pdf=len(needs_pdf),
        is_busy=is_busy,
        waiting_reason=reason,
        retry_at=retry_at,
        seen=max(paper.updated_at for paper in papers).isoformat(),
        problems=problems,
    )


def changed_since(paper_ids: Collection[int], seen: dt.datetime) -> set[int]:
    """Which of these papers have changed after ``seen``."""
    found = Paper.objects.filter(pk__in=paper_ids, updated_at__gt=seen)
    return set(found.values_list("pk", flat=True))


def newest_change(papers: QuerySet[Paper]) -> dt.datetime | None:
    """When the newest change among these papers happened: half of a cached page's key."""
    found: dt.datetime | None = papers.aggregate(at=Max("updated_at"))["at"]
    return found


def shown_version(paper: Paper, *, pinned: PaperVersion | None = None) -> PaperVersion | None:
    """The version that is read: the pinned one, else the newest from arXiv that is stored.

    Without a stored one, the newest that is known of; uploads are seen only where pinned.
    """
    if pinned is not None:
        return pinned
    numbered = paper.versions.filter(number__isnull=False).defer("outline")
    versions = list(numbered.order_by("-number"))
    return next((one for one in versions if one.sha256), versions[0] if versions else None)


def fetches_of(
    paper_ids: Collection[int], *, pinned: Collection[int | None] = ()
) -> dict[int, dict[str, Fetch]]:
    """Paper id to its fetches by stage; a pinned upload counts before versions."""
    found: dict[int, dict[str, Fetch]] = {}
    fetches = Fetch.objects.filter(seen_with(pinned), paper_id__in=paper_ids)
    # The last one counts: an upload has no number.
    for fetch in fetches.order_by(F("version__number").asc(nulls_last=True), "pk"):
        found.setdefault(fetch.paper_id, {})[fetch.stage] = fetch
    return found
