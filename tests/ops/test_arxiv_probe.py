"""Whether arXiv can be reached, asked of servers on loopback that behave as arXiv and others do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from seminar.arxiv_probe import answers
from seminar.local import free_port

FEED = b"<?xml version='1.0'?>\n<feed xmlns='http://www.w3.org/2005/Atom'></feed>"


class Replies(BaseHTTPRequestHandler):
    """Answers with what the path names: ``/<status>/<feed|page>``; ``/silence`` only at the end."""

    released = threading.Event()

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/silence":
            self.released.wait(20)
            return
        _, status, content = path.split("/")
        self.send_response(int(status))
        self.end_headers()
        self.wfile.write(FEED if content == "feed" else b"<html>Sign in to the network</html>")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing: pytest's output is for failures."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Replies)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    Replies.released.set()
    httpd.shutdown()
    httpd.server_close()


@pytest.mark.parametrize("path", ["/200/feed", "/429/page", "/503/page"])
def test_arxiv_is_reached_when_it_answers_or_is_busy(server: str, path: str) -> None:
    assert answers(server + path) is True


def test_arxiv_is_reached_when_it_is_slow(server: str) -> None:
    assert answers(server + "/silence", seconds=0.1) is True


@pytest.mark.parametrize("path", ["/200/page", "/403/page", "/502/page", "/404/feed"])
def test_something_on_the_way_is_not_arxiv(server: str, path: str) -> None:
    assert answers(server + path) is False


def test_nobody_is_not_arxiv() -> None:
    assert answers(f"http://127.0.0.1:{free_port()}/api/query") is False
    assert answers("http://arxiv.invalid/api/query") is False
