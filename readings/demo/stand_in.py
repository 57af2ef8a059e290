"""A small HTTP server that speaks arXiv's API and PDF addresses for the sample papers."""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from readings.demo.atom import CONTENT_TYPE, BadQueryError, error_feed, feed, split_id
from readings.demo.catalogue import look_up, parse_query
from readings.demo.faults import Asked, Fault, Faults
from readings.demo.library import Library, sample_library
from readings.demo.pdfs import make_pdf

API_PATH = "/api/query"
PDF_PATH = "/pdf/"
IDLE_SECONDS = 30


@dataclass(frozen=True)
class Request:
    """One request that was answered: what for, and the ids in it without versions."""

    what: Asked
    arxiv_ids: tuple[str, ...]
    path: str
    at: dt.datetime


class ArxivStandIn:
    """The server, on a thread of its own between ``start`` and ``stop`` (or in a ``with``).

    ``faults`` may be changed at any time; ``requests`` is what it was asked so far.
    """

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0) -> None:
        """Bind the address at once; port 0 takes any free one.  Raises ``OSError`` when taken."""
        self.faults = Faults()
        self.library: Library = sample_library()
        self.requests: list[Request] = []
        self.stopping = threading.Event()
        self._server = _Server((host, port), self)
        self._thread: threading.Thread | None = None
        shown = f"[{host}]" if ":" in host else host
        self.origin = f"http://{shown}:{self._server.server_address[1]}"

    @property
    def api_url(self) -> str:
        """What belongs into ``ARXIV_API_URL``."""
        return self.origin + API_PATH

    @property
    def pdf_url(self) -> str:
        """What belongs into ``ARXIV_PDF_URL``."""
        return self.origin + PDF_PATH

    def count(self, what: Asked, arxiv_id: str | None = None) -> int:
        """How many requests of a kind there were, for one paper or all."""
        return sum(
            1
            for request in list(self.requests)
            if request.what is what and (arxiv_id is None or arxiv_id in request.arxiv_ids)
        )

    def start(self) -> Self:
        """Answer on a thread of its own."""
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="arxiv-stand-in", daemon=True
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """End, and end every answer that a fault is holding back."""
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        if self._thread:
            self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], stand_in: ArxivStandIn) -> None:
        self.stand_in = stand_in
        super().__init__(address, _Handler)

    def handle_error(self, *_: Any) -> None:
        """Nothing: whoever asked has hung up, which is their right."""


@dataclass(frozen=True)
class _Answer:
    status: int
    body: bytes
    content_type: str
    etag: str = ""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "SeminarStandIn"
    timeout = IDLE_SECONDS

    def do_GET(self) -> None:
        """Answer ``/api/query`` and ``/pdf/<id>``, each as its fault wants it."""
        path = urlsplit(self.path).path
        if path == API_PATH:
            self._serve(Asked.QUERY, self._ids_of_query(), self._query)
        elif path.startswith(PDF_PATH):
            self._serve(Asked.PDF, [self._pdf_name()[0]], self._pdf)
        else:
            self._send(_not_found(), Fault())

    def log_message(self, *_: Any) -> None:
        """Nothing: ``ArxivStandIn.requests`` remembers what was asked."""

    def _serve(
        self, what: Asked, arxiv_ids: list[str], right_answer: Callable[[], _Answer]
    ) -> None:
        stand_in = self.server.stand_in
        now = dt.datetime.now(dt.UTC)
        stand_in.requests.append(Request(what, tuple(arxiv_ids), self.path, now))
        fault = stand_in.faults.next_fault(what, arxiv_ids)
        if fault.seconds:
            stand_in.stopping.wait(fault.seconds)
        if fault.status != HTTPStatus.OK or fault.body is not None:
            kind = fault.content_type or "application/octet-stream"
            answer = _Answer(fault.status, fault.body or b"", kind)
        else:
            answer = right_answer()
        self._send(answer, fault)

    # --- Right answers --------------------------------------------------------------------------

    def _parameters(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.path).query)

    def _ids_of_query(self) -> list[str]:
        written = self._parameters().get("id_list", [""])[-1].split(",")
        return [text.strip().partition("v")[0] for text in written if text.strip()]

    def _query(self) -> _Answer:
        faults = self.server.stand_in.faults
        now = dt.datetime.now(dt.UTC)
        try:
            for text in faults.misread_ids.intersection(self._ids_of_query()):
                raise BadQueryError(f"incorrect id format for {text}")
            query = parse_query(self._parameters())
            found, total = look_up(self.server.stand_in.library, query, faults.withdrawn)
        except BadQueryError as problem:
            return _Answer(HTTPStatus.BAD_REQUEST, error_feed(str(problem), now), CONTENT_TYPE)
        return _Answer(HTTPStatus.OK, feed(query, found, total, now), CONTENT_TYPE)

    def _pdf_name(self) -> tuple[str, int | None]:
        """Id and version in the path; what is no id comes back as it is."""
        name = unquote(urlsplit(self.path).path).removeprefix(PDF_PATH).removesuffix(".pdf")
        try:
            return split_id(name)
        except BadQueryError:
            return name, None

    def _pdf(self) -> _Answer:
        stand_in = self.server.stand_in
        arxiv_id, version = self._pdf_name()
        paper = stand_in.library.papers.get(arxiv_id)
        if paper is None or arxiv_id in stand_in.faults.withdrawn:
            return _not_found()
        version = version or paper.version
        if version > paper.version:
            return _not_found()
        body = _pdf_of(arxiv_id, version)
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        if self.headers.get("If-None-Match") == etag:
            return _Answer(HTTPStatus.NOT_MODIFIED, b"", "application/pdf", etag)
        return _Answer(HTTPStatus.OK, body, "application/pdf", etag)

    # --- Sending --------------------------------------------------------------------------------

    def _send(self, answer: _Answer, fault: Fault) -> None:
        body = answer.body[: int(len(answer.body) * fault.share_whole)]
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(body)))
        if answer.etag:
            self.send_header("ETag", answer.etag)
        if fault.retry_after:
            self.send_header("Retry-After", fault.retry_after)
        if fault.share_sent < 1:
            self.close_connection = True
        self.end_headers()
        self.wfile.write(body[: int(len(body) * fault.share_sent)])


@cache
def _pdf_of(arxiv_id: str, version: int) -> bytes:
    """Made when first asked for (50 ms), then kept (20 KB)."""
    library = sample_library()
    return make_pdf(library.papers[arxiv_id], library, version=version)


def _not_found() -> _Answer:
    return _Answer(HTTPStatus.NOT_FOUND, b"No such paper.\n", "text/plain; charset=utf-8")
