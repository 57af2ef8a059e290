"""A class at its browsers: each student has a connection and does things at their own time."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from urllib.parse import urlencode

from bench.load import HOST

TOKEN = "0123456789abcdef0123456789abcdef"
CRLF = "\r\n"
PATIENCE = 30.0  # seconds for one answer


@dataclass(frozen=True)
class Answer:
    """What the server said, and after how long."""

    status: int  # 0: it hung up, or said nothing in time
    headers: dict[str, str]
    body: bytes
    ms: float


class Browser:
    """One student's connection; speaks just enough HTTP/1.1."""

    def __init__(self, port: int, session: str) -> None:
        self._port = port
        self._session = session
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(
        self,
        path: str,
        fields: dict[str, str],
        *,
        wants_json: bool = False,
        wants_part: bool = False,
    ) -> Answer:
        """Send a form and wait for the answer; a closed connection is opened again.

        ``wants_part`` asks as htmx does, for the part of the page that has changed.
        """
        body = urlencode(fields).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {HOST}:{self._port}\r\n"
            f"Cookie: sessionid={self._session}; csrftoken={TOKEN}\r\nX-CSRFToken: {TOKEN}\r\n"
            f"Accept: {'application/json' if wants_json else 'text/html'}\r\n"
            f"{'HX-Request: true' + CRLF if wants_part else ''}"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        asked_at = time.perf_counter()
        try:
            status, headers, answer = await asyncio.wait_for(
                self._exchange(head.encode() + body), PATIENCE
            )
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            self.close()
            status, headers, answer = 0, {}, b""
        return Answer(status, headers, answer, (time.perf_counter() - asked_at) * 1000)

    async def _exchange(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        if self._streams is None:
            self._streams = await asyncio.open_connection(HOST, self._port)
        reader, writer = self._streams
        writer.write(request)
        await writer.drain()
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {
            name.strip().lower(): value.strip()
            for name, _colon, value in (line.partition(":") for line in head[1:] if line)
        }
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        if headers.get("connection") == "close":
            self.close()
        return int(head[0].split()[1]), headers, body

    def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


def percentile(values: list[float], percent: int) -> float:
    """The value that so many percent of ``values`` do not exceed."""
    found = sorted(values)
    return found[min(len(found) - 1, len(found) * percent // 100)]
