"""Paper, PaperVersion, Page, and the work that is owed for them."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from readings.core.constraints import one_of
from readings.papers.identifiers import Identifier, IdentifierKind, canonical_url


class PaperKind(models.TextChoices):
    PAPER = "paper", "Paper"
    POST = "post", "Blog post"
    VIDEO = "video", "Video"
    SLIDES = "slides", "Slides"
    THESIS = "thesis", "Thesis"
    BOOK = "book", "Book"
    CODE = "code", "Code"
    DOCS = "docs", "Documentation"
    COURSE = "course", "Course"
    OTHER = "other", "Other"


# The only kinds that are called otherwise than what stands behind a link to them.
_KINDS_OF_ROLES = {"pdf": PaperKind.PAPER, "forum": PaperKind.OTHER, "notes": PaperKind.OTHER}


def kind_of_role(role: str) -> PaperKind:
    """What a work is whose main link has this role (``schedule.models.LinkRole``)."""
    if role in PaperKind.values:
        return PaperKind(role)
    return _KINDS_OF_ROLES.get(role, PaperKind.OTHER)


class Origin(models.TextChoices):
    """Where title, authors and abstract came from."""

    NOWHERE = "nowhere", "Not known yet"
    ARXIV = "arxiv", "arXiv"
    STAND_IN = "stand_in", "Offline stand-in for arXiv"
    TYPED = "typed", "Typed in"


class Paper(models.Model):
    """One work, known by its identifiers and shared by all courses."""

    kind = models.CharField(max_length=10, choices=PaperKind.choices, default=PaperKind.PAPER)
    arxiv_id = models.CharField(max_length=32, unique=True, null=True)  # noqa: DJ001 (unique)
    doi = models.CharField(max_length=200, unique=True, null=True)  # noqa: DJ001 (unique)
    url = models.CharField(max_length=1000, unique=True, null=True)  # noqa: DJ001 (unique)
    title = models.CharField(max_length=500, blank=True)
    authors = models.JSONField(default=list)  # names in order
    abstract = models.TextField(blank=True)
    title_html = models.TextField(blank=True)  # with its maths as MathML, safe
    abstract_html = models.TextField(blank=True)
    venue = models.CharField(max_length=300, blank=True)
    comment = models.CharField(max_length=500, blank=True)
    primary_category = models.CharField(max_length=32, blank=True)
    categories = models.JSONField(default=list)
    published_on = models.DateField(null=True)  # of the first version
    year = models.PositiveSmallIntegerField(null=True)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.NOWHERE)
    created_at = models.DateTimeField(default=timezone.now)
    # Raised whenever something a visitor sees about the paper changes: cached pages ask for it.
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [one_of("kind", PaperKind), one_of("origin", Origin)]

    def __str__(self) -> str:
        return self.title or self.identifier

    @property
    def identifier(self) -> str:
        """The identifier as a person writes it: ``arXiv:1802.04799``, ``doi:10...`` or a URL."""
        if self.arxiv_id:
            return f"arXiv:{self.arxiv_id}"
        if self.doi:
            return f"doi:{self.doi}"
        return self.url or "no identifier"

    @property
    def source_url(self) -> str:
        """Where the work itself is to be found, or an empty string."""
        if self.arxiv_id:
            return canonical_url(Identifier(IdentifierKind.ARXIV, self.arxiv_id))
        if self.doi:
            return canonical_url(Identifier(IdentifierKind.DOI, self.doi))
        return self.url or ""


class VersionOrigin(models.TextChoices):
    ARXIV = "arxiv", "arXiv"
    STAND_IN = "stand_in", "Offline stand-in for arXiv"
    UPLOAD = "upload", "Uploaded"


def pdf_name(sha256: str) -> str:
    """The name in the storage of the PDF with this content."""
    return f"pdfs/{sha256[:2]}/{sha256}.pdf"


class PaperVersion(models.Model):
    """One fetched or uploaded form of a paper.

    Versions from arXiv (or its stand-in) have a number and are shared by all courses.  An uploaded
    one has none, and is seen only through the reading that pins it.
    """

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(null=True)
    origin = models.CharField(max_length=10, choices=VersionOrigin.choices)
    sha256 = models.CharField(max_length=64, blank=True)  # of the PDF, empty until it is stored
    pdf_bytes = models.PositiveBigIntegerField(default=0)
    page_count = models.PositiveIntegerField(null=True)
    word_count = models.PositiveIntegerField(null=True)
    outline = models.JSONField(default=list)
    text_problem = models.CharField(max_length=200, blank=True)  # "has no text (a scan?)"
    published_at = models.DateTimeField(null=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            one_of("origin", VersionOrigin),
            models.UniqueConstraint(
                fields=["paper", "number"],
                condition=models.Q(number__isnull=False),
                name="paper_version_number_unique",
            ),
            models.CheckConstraint(
                condition=models.Q(origin="upload", number__isnull=True)
                | (~models.Q(origin="upload") & models.Q(number__isnull=False)),
                name="paper_version_numbered_unless_uploaded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paper.identifier} {f'v{self.number}' if self.number else 'upload'}"

    @property
    def pdf_name(self) -> str:
        """The PDF's name in the storage: its content's address."""
        return pdf_name(self.sha256) if self.sha256 else ""


class Page(models.Model):
    """The text of one page of a version."""

    version = models.ForeignKey(PaperVersion, on_delete=models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField()  # from 1
    text = models.TextField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="page_number_unique")
        ]

    def __str__(self) -> str:
        return f"{self.version} p. {self.number}"


class FetchStage(models.TextChoices):
    METADATA = "metadata", "metadata"
    PDF = "pdf", "PDF"
    TEXT = "text", "text"


class FetchState(models.TextChoices):
    OWED = "owed", "Waiting"
    CLAIMED = "claimed", "At work"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"  # for good, with a reason; a person may retry


class FetchQuerySet(models.QuerySet["Fetch"]):
    """Filters for owed work."""

    def due(self, now: dt.datetime) -> Self:
        """What may be begun now: owed, or claimed by somebody who has not been heard of."""
        return self.filter(
            models.Q(state=FetchState.OWED, next_attempt_at__lte=now)
            | models.Q(state=FetchState.CLAIMED, claimed_until__lte=now)
        )

    def at_work(self, now: dt.datetime) -> Self:
        """What somebody is working on."""
        return self.filter(state=FetchState.CLAIMED, claimed_until__gt=now)


class Fetch(models.Model):
    """Work that is owed for a paper: this row is the truth, a message to a worker only a hint."""

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="fetches")
    version = models.ForeignKey(
        PaperVersion, on_delete=models.CASCADE, null=True, related_name="fetches"
    )
    stage = models.CharField(max_length=10, choices=FetchStage.choices)
    state = models.CharField(max_length=10, choices=FetchState.choices, default=FetchState.OWED)
    reason = models.CharField(max_length=300, blank=True)  # why it failed or must wait
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    claim = models.CharField(max_length=32, blank=True)
    claimed_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = FetchQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("stage", FetchStage),
            one_of("state", FetchState),
            models.UniqueConstraint(
                fields=["paper"],
                condition=models.Q(stage="metadata"),
                name="fetch_metadata_once_a_paper",
            ),
            models.UniqueConstraint(
                fields=["version", "stage"],
                condition=models.Q(version__isnull=False),
                name="fetch_stage_once_a_version",
            ),
            models.CheckConstraint(
                condition=models.Q(stage="metadata", version__isnull=True)
                | (~models.Q(stage="metadata") & models.Q(version__isnull=False)),
                name="fetch_version_unless_metadata",
            ),
        ]
        indexes = [models.Index(fields=["state", "stage", "next_attempt_at"], name="fetch_owed")]

    def __str__(self) -> str:
        return f"{self.stage} of {self.paper.identifier}: {self.state}"


class Pace(models.Model):
    """When the next request may go to an outside service: one queue for all workers."""

    service = models.CharField(max_length=200, unique=True)  # "arxiv"
    free_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.service} from {self.free_at:%H:%M:%S}"
