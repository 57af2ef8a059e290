"""The work that is owed for papers: metadata, then the PDF, then its text.

Everything asked of arXiv is one queue: whoever asks holds it until the answer is stored, so that
there is one request at a time.  No transaction is open while the network or a PDF is waited for.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from readings.core.http import FetchError, NotFound, Passing, Rejected, TooLarge
from readings.papers.arxiv_client import MAX_BATCH, SERVICE, download_pdf, fetch_metadata
from readings.papers.claiming import (
    ClaimLost,
    claim,
    finish,
    kept,
    pause_after,
    put_back,
    put_off,
)
from readings.papers.extraction import read_pdf, recognise
from readings.papers.models import Fetch, FetchStage, FetchState, Origin, Pace, VersionOrigin
from readings.papers.pacing import NotYet, queue_of
from readings.papers.recording import (
    record_metadata,
    record_missing_pdf,
    record_pdf,
    record_text,
)
from readings.papers.storing import store_pdf

logger = logging.getLogger(__name__)

ARXIV_STAGES = (FetchStage.METADATA, FetchStage.PDF)
# Where arXiv holds the queue back for longer, no worker waits in it; sweep comes back to it.
PATIENCE = dt.timedelta(seconds=10)
# The queue of what is asked between two fetches, and how long one request of it may take.
BETWEEN = f"{SERVICE}, between"
BETWEEN_AT_MOST = dt.timedelta(seconds=30)  # as a claim: whoever died over it holds up nobody
BETWEEN_PAUSE_SECONDS = 3.0  # for whoever finds somebody there, who will mostly be gone by then
UNDER_WAY_AT_MOST = dt.timedelta(seconds=15)
UNKNOWN_OFFLINE_SECONDS = 300.0
NOT_OFFLINE = "not in the offline sample"
FORBIDDEN = 403
OUR_FAULT = "something went wrong here; the log says what"


def can_ask_arxiv() -> bool:
    """Whether something is owed to arXiv that could be asked now."""
    now = timezone.now()
    held_back = Pace.objects.filter(
        Q(service=SERVICE, free_at__gt=now + PATIENCE) | Q(service=BETWEEN, free_at__gt=now)
    )
    asked = Fetch.objects.filter(stage__in=ARXIV_STAGES)
    return asked.due(now).exists() and not (held_back.exists() or asked.at_work(now).exists())


def owed_texts(*, limit: int) -> list[int]:
    """Fetches whose text could be read now, oldest first."""
    due = Fetch.objects.due(timezone.now()).filter(stage=FetchStage.TEXT)
    return list(due.order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:limit])


def owe_stand_ins_again() -> int:
    """With the real arXiv there, owe what its stand-in answered; how many fetches that is."""
    if settings.ARXIV_STAND_IN:
        return 0
    made_up = Q(stage=FetchStage.METADATA, paper__origin=Origin.STAND_IN) | Q(
        stage=FetchStage.PDF,
        paper__origin=Origin.ARXIV,
        version__origin=VersionOrigin.STAND_IN,
    )
    # By key: an UPDATE cannot look into other tables.
    answered = Fetch.objects.filter(made_up, state=FetchState.DONE).values_list("pk", flat=True)
    return Fetch.objects.filter(pk__in=list(answered), state=FetchState.DONE).update(
        state=FetchState.OWED, reason="", attempts=0, next_attempt_at=timezone.now()
    )


@contextlib.contextmanager
def asking_between() -> Iterator[None]:
    """Ask arXiv something else: after the request that is under way, and before the next one.

    So that there is still one request at a time.  Raises ``NotYet`` when arXiv wants to be left
    alone, somebody else asks in between already, or the request under way does not end.
    """
    with transaction.atomic():
        main = queue_of(SERVICE)  # locked, as by whoever goes next
        between = queue_of(BETWEEN)
        now = timezone.now()
        until = now + BETWEEN_AT_MOST
        if main.free_at > now + PATIENCE:
            raise NotYet((main.free_at - now).total_seconds())
        if between.free_at > now:
            raise NotYet(BETWEEN_PAUSE_SECONDS)
        between.free_at = until
        between.save(update_fields=["free_at"])
    try:
        asked = Fetch.objects.filter(stage__in=ARXIV_STAGES)
        while asked.at_work(timezone.now()).exists():
            if timezone.now() > now + UNDER_WAY_AT_MOST:
                raise NotYet(UNDER_WAY_AT_MOST.total_seconds())
            time.sleep(0.1)
        yield
    finally:
        Pace.objects.filter(service=BETWEEN, free_at=until).update(free_at=timezone.now())


def ask_arxiv() -> list[int]:
    """Do the next request that is owed to arXiv, unless somebody is at one or it must wait.

    All owed metadata (up to 100 papers) is one request and comes before any PDF.  Gives the fetches
    whose text can be read now because of it.
    """
    fetches = _next_for_arxiv()
    if not fetches:
        return []
    with kept(fetches):
        if fetches[0].stage == FetchStage.METADATA:
            _fetch_metadata(fetches)
        else:
            with _held(fetches[0]):
                return _fetch_pdf(fetches[0])
    return []


def read_text(fetch_id: int) -> None:
    """Read the text of a stored PDF, if that is still owed."""
    fetches = claim(Fetch.objects.filter(pk=fetch_id, stage=FetchStage.TEXT), limit=1)
    for fetch in fetches:
        with kept(fetches), _held(fetch):
            _read_text(fetch)


def _next_for_arxiv() -> list[Fetch]:
    """Claim what is asked next; nothing while somebody else is asking."""
    if not can_ask_arxiv():
        return []
    asked = Fetch.objects.filter(stage__in=ARXIV_STAGES)
    with transaction.atomic():
        queue_of(SERVICE)  # locked: of two who find it free, one goes first
        if not can_ask_arxiv():
            return []
        return claim(asked.filter(stage=FetchStage.METADATA), limit=MAX_BATCH) or claim(
            asked.filter(stage=FetchStage.PDF), limit=1
        )


@contextlib.contextmanager
def _held(fetch: Fetch) -> Iterator[None]:
    """One piece of work: what it may raise becomes its outcome, or nothing where it is not ours."""
    try:
        try:
            yield
        except NotYet as not_yet:
            put_back(fetch, pause=not_yet.seconds)
        except Passing as passing:
            pause = pause_after(fetch.attempts + 1, retry_after=passing.retry_after)
            put_off(fetch, reason=str(passing), pause=pause)
        except FetchError as refusal:
            finish(fetch, failure=str(refusal))
        except ClaimLost:
            raise
        except Exception:
            logger.exception("%s", fetch)
            put_off(fetch, reason=OUR_FAULT, pause=pause_after(fetch.attempts + 1))
    except ClaimLost:
        logger.info("%s: somebody else has it now", fetch)


def _fetch_metadata(fetches: list[Fetch]) -> None:
    by_id = {str(fetch.paper.arxiv_id): fetch for fetch in fetches}
    try:
        answer = fetch_metadata(list(by_id))
    except NotYet as not_yet:
        seconds = not_yet.seconds
        _for_each(fetches, lambda fetch: put_back(fetch, pause=seconds))
        return
    except FetchError as problem:
        # Even a refusal: it is about our question, and says nothing about these papers.
        reason = str(problem)
        wait = problem.retry_after if isinstance(problem, Passing) else None
    except Exception:
        logger.exception("metadata of %d papers", len(fetches))
        reason, wait = OUR_FAULT, None
    else:
        for arxiv_id, fetch in by_id.items():
            with _held(fetch):
                if arxiv_id in answer.found:
                    record_metadata(fetch, answer.found[arxiv_id])
                else:
                    _put_down_unknown(fetch, is_malformed=arxiv_id in answer.malformed)
        return
    # One pause for all, so that they are one request again.
    attempts = max(fetch.attempts for fetch in fetches) + 1
    pause = pause_after(attempts, retry_after=wait)
    _for_each(fetches, lambda fetch: put_off(fetch, reason=reason, pause=pause))


def _for_each(fetches: list[Fetch], put_down: Callable[[Fetch], None]) -> None:
    for fetch in fetches:
        with _held(fetch):
            put_down(fetch)


def _put_down_unknown(fetch: Fetch, *, is_malformed: bool) -> None:
    arxiv_id = fetch.paper.arxiv_id
    if settings.ARXIV_STAND_IN:
        put_off(fetch, reason=NOT_OFFLINE, pause=UNKNOWN_OFFLINE_SECONDS)
    elif is_malformed:
        finish(fetch, failure=f"arXiv does not take {arxiv_id} for an id")
    else:
        finish(fetch, failure=f"arXiv does not know {arxiv_id}")


def _fetch_pdf(fetch: Fetch) -> list[int]:
    version = fetch.version
    if version is None or version.number is None:
        finish(fetch, failure="this version has no address to be fetched from")
        return []
    with tempfile.TemporaryFile() as file:
        try:
            download_pdf(
                str(fetch.paper.arxiv_id),
                version.number,
                into=file,
                max_bytes=settings.PDF_MAX_BYTES,
            )
        except TooLarge:
            limit = settings.PDF_MAX_BYTES / (1024 * 1024)
            finish(fetch, failure=f"the PDF is larger than {limit:.3g} MB, the limit here")
            return []
        except NotFound:
            # The stand-in has only the versions it was made with.
            if settings.ARXIV_STAND_IN:
                put_off(fetch, reason=NOT_OFFLINE, pause=UNKNOWN_OFFLINE_SECONDS)
                return []
            finish(fetch, failure="arXiv has no PDF of this version; it may be withdrawn")
            return []
        except Rejected as refusal:
            if refusal.status != FORBIDDEN:
                raise
            # Meant for us, as a rule, and not for the paper: too many requests from here.
            raise Passing(str(refusal)) from refusal
        file.seek(0)
        if problem := recognise(file.read(1024)):
            finish(fetch, failure=f"the PDF {problem}")
            return []
        return record_pdf(fetch, store_pdf(file))


def _read_text(fetch: Fetch) -> None:
    version = fetch.version
    with tempfile.NamedTemporaryFile(suffix=".pdf") as copy:
        try:
            name = version.pdf_name if version else ""
            with default_storage.open(name or "pdfs/none") as stored:
                shutil.copyfileobj(stored, copy)
        except FileNotFoundError:
            record_missing_pdf(fetch)
            return
        copy.flush()
        text = read_pdf(Path(copy.name))
    record_text(fetch, text)
