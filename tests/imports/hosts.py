"""A Git host on loopback whose files a test writes."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Page:
    """What is answered at one path; ``declared``: whether its length is said."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    declared: bool = True


class Host:
    """A server on loopback; it remembers the paths it was asked for."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.asked: list[str] = []
        self.over = threading.Event()
        self.hanging: set[str] = set()
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host.answer(self)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        self.origin = f"http://127.0.0.1:{self.server.server_address[1]}"

    def says(
        self,
        path: str,
        body: bytes = b"",
        status: int = 200,
        *,
        declared: bool | None = True,
        **headers: str,
    ) -> None:
        """Answer so at ``path`` from now on."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = Page(body, status, named, bool(declared))

    def hangs(self, path: str) -> None:
        """Never answer at ``path``."""
        self.hanging.add(path)

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        path = request.path.partition("?")[0]
        self.asked.append(path)
        if path in self.hanging:
            self.over.wait(10)
            return
        page = self.pages.get(path, Page(b"no such file", 404))
        known = request.headers.get("If-None-Match")
        is_known = known is not None and known == page.headers.get("ETag")
        request.send_response(304 if is_known else page.status)
        for name, value in page.headers.items():
            request.send_header(name, value)
        body = b"" if is_known else page.body
        if page.declared:
            request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def close(self) -> None:
        """Let go of who hangs, and stop."""
        self.over.set()
        self.server.shutdown()
        self.server.server_close()
