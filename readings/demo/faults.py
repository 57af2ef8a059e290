"""What can be made to go wrong at the stand-in, on request."""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass
from enum import StrEnum

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas


class Asked(StrEnum):
    """The two things that arXiv is asked for."""

    QUERY = "query"
    PDF = "pdf"


@dataclass(frozen=True)
class Fault:
    """How one answer differs from the right one."""

    status: int = 200
    retry_after: str = ""
    body: bytes | None = None  # in place of the right one
    content_type: str = ""
    seconds: float = 0.0  # of silence before the answer
    share_sent: float = 1.0  # of the body, while Content-Length announces all of it
    share_whole: float = 1.0  # of the body that is sent as if it were the whole


def rate_limited(retry_after: str = "") -> Fault:
    """HTTP 429; ``retry_after`` is the header as it is to be sent."""
    return Fault(status=429, retry_after=retry_after, body=b"Rate exceeded.")


def unavailable(retry_after: str = "") -> Fault:
    """HTTP 503, as during maintenance."""
    return Fault(status=503, retry_after=retry_after, body=b"Service unavailable")


def not_there() -> Fault:
    """HTTP 404."""
    return Fault(status=404, body=b"Not found")


def slow(seconds: float) -> Fault:
    """The right answer after a silence."""
    return Fault(seconds=seconds)


def cut_off() -> Fault:
    """Half of the announced body, then the connection is closed."""
    return Fault(share_sent=0.5)


def truncated() -> Fault:
    """Half of the body, announced as all of it, as a broken proxy passes it on."""
    return Fault(share_whole=0.5)


def empty() -> Fault:
    """A body of no bytes."""
    return Fault(body=b"")


def web_page() -> Fault:
    """An HTML page with status 200, as captive portals and bot checks send it."""
    page = b"<!DOCTYPE html>\n<html><title>Just a moment...</title><p>Checking your browser</html>"
    return Fault(body=page, content_type="text/html; charset=utf-8")


def oversized(size: int) -> Fault:
    """A body of ``size`` bytes that begins as a PDF."""
    return Fault(body=b"%PDF-1.7\n".ljust(size, b"0"))


def encrypted() -> Fault:
    """A PDF that opens with a password only."""
    body = io.BytesIO()
    lock = StandardEncryption("a password nobody was told", strength=128)
    canvas = Canvas(body, invariant=1, encrypt=lock)
    canvas.drawString(72, 720, "This page is locked.")
    canvas.save()
    return Fault(body=body.getvalue())


class Faults:
    """Faults that wait for requests to strike; may be changed while the server runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: list[_Rule] = []
        self._withdrawn: set[str] = set()
        self._misread: set[str] = set()

    def strike(
        self, what: Asked, fault: Fault, *, times: int | None = None, arxiv_id: str | None = None
    ) -> None:
        """Let ``fault`` strike the next ``times`` requests (None: all), for one paper or any.

        A query strikes when the id is one of those asked for.
        """
        with self._lock:
            self._rules.append(_Rule(what, fault, times, arxiv_id))

    def withdraw(self, arxiv_id: str) -> None:
        """Let nobody know the paper any more."""
        with self._lock:
            self._withdrawn.add(arxiv_id)

    def misread(self, arxiv_id: str) -> None:
        """Let every query with this id fail with HTTP 400, as with a malformed one."""
        with self._lock:
            self._misread.add(arxiv_id)

    def clear(self) -> None:
        """Let everything work again."""
        with self._lock:
            self._rules.clear()
            self._withdrawn.clear()
            self._misread.clear()

    @property
    def withdrawn(self) -> frozenset[str]:
        """The ids that are unknown now."""
        with self._lock:
            return frozenset(self._withdrawn)

    @property
    def misread_ids(self) -> frozenset[str]:
        """The ids that are called malformed now."""
        with self._lock:
            return frozenset(self._misread)

    def next_fault(self, what: Asked, arxiv_ids: list[str]) -> Fault:
        """The fault that strikes this request; a fault-free one if none does."""
        with self._lock:
            for rule in self._rules:
                if rule.what is what and (rule.arxiv_id is None or rule.arxiv_id in arxiv_ids):
                    if rule.times is not None:
                        rule.times -= 1
                        if not rule.times:
                            self._rules.remove(rule)
                    return rule.fault
        return Fault()


@dataclass
class _Rule:
    what: Asked
    fault: Fault
    times: int | None
    arxiv_id: str | None
