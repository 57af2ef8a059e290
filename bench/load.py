"""A load generator in a process of its own: connections that ask as fast as they are answered.

    python -m bench.load < plan.json > result.json

It speaks just enough HTTP/1.1 (keep-alive, Content-Length) to cost far less than what it measures,
and talks to loopback only.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any
from urllib.parse import quote

HOST = "127.0.0.1"
LONGEST_SECONDS = 60.0
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_SINCE = re.compile(rb'name="since" value="(\d+)"')


@dataclass(frozen=True)
class Ask:
    """One request; in ``form`` ``{nonce}`` becomes a new one, ``{since}`` what was last seen."""

    path: str
    session: str = ""
    form: str = ""
    etag: str = ""
    is_htmx: bool = False


@dataclass(frozen=True)
class Plan:
    """What to ask for how long; the asks are gone through again and again."""

    port: int
    asks: list[Ask]
    seconds: float
    connections: int = 16


@dataclass
class Result:
    """What came of it; latencies in milliseconds."""

    requests: int = 0
    seconds: float = 0.0
    p50: float = 0.0
    p99: float = 0.0
    bytes_each: int = 0
    statuses: dict[str, int] = field(default_factory=dict)
    own_cpu_seconds: float = 0.0


class _Load:
    """What all connections share."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.asks = itertools.cycle(plan.asks)
        self.nonces: Iterator[int] = itertools.count(time.time_ns())
        self.seen: dict[str, bytes] = {}  # path to the latest change the class knows
        self.latencies: list[float] = []
        self.statuses: Counter[str] = Counter()
        self.bytes = 0
        self.stop_at = 0.0
        self.failure: Exception | None = None

    def request(self, ask: Ask) -> bytes:
        """The bytes of a request."""
        head = [
            f"{'POST' if ask.form else 'GET'} {ask.path} HTTP/1.1",
            f"Host: {HOST}:{self.plan.port}",
        ]
        token = "0123456789abcdef0123456789abcdef"
        if ask.session:
            head.append(f"Cookie: sessionid={ask.session}; csrftoken={token}")
        if ask.etag:
            head.append(f"If-None-Match: {ask.etag}")
        if ask.is_htmx:
            head.append("HX-Request: true")
        body = b""
        if ask.form:
            since = self.seen.get(ask.path, b"1000000").decode()
            body = ask.form.format(nonce=next(self.nonces), since=since).encode()
            head += [
                f"X-CSRFToken: {token}",
                "Content-Type: application/x-www-form-urlencoded",
                f"Content-Length: {len(body)}",
            ]
        return "\r\n".join([*head, "", ""]).encode() + body

    def answered(self, ask: Ask, status: int, body: bytes, milliseconds: float) -> None:
        """Count an answer."""
        self.latencies.append(milliseconds)
        self.statuses[str(status)] += 1
        self.bytes += len(body)
        if ask.form and (since := _SINCE.search(body)):
            self.seen[ask.path] = since[1]


class _Connection(asyncio.Protocol):
    def __init__(self, load: _Load, done: asyncio.Future[None]) -> None:
        self._load = load
        self._done = done
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._ask()

    def _ask(self) -> None:
        assert self._transport is not None
        if time.perf_counter() >= self._load.stop_at:
            self._transport.close()
            if not self._done.done():
                self._done.set_result(None)
            return
        self._asked = next(self._load.asks)
        self._received = b""
        self._asked_at = time.perf_counter()
        self._transport.write(self._load.request(self._asked))

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self._received[:end]
        length = _LENGTH.search(head)
        wanted = int(length[1]) if length else 0
        body = self._received[end + 4 :]
        if len(body) < wanted:
            return
        milliseconds = (time.perf_counter() - self._asked_at) * 1000
        self._load.answered(self._asked, int(head[9:12]), body, milliseconds)
        self._ask()

    def connection_lost(self, problem: Exception | None) -> None:
        if not self._done.done():
            self._done.set_exception(problem or ConnectionError("the server hung up"))


async def run(plan: Plan) -> Result:
    """Ask until the time is over.  Raises ``ConnectionError`` when the server hangs up."""
    load = _Load(plan)
    loop = asyncio.get_running_loop()
    started_at = time.perf_counter()
    load.stop_at = started_at + min(plan.seconds, LONGEST_SECONDS)
    endings = []
    for _number in range(plan.connections):
        done: asyncio.Future[None] = loop.create_future()
        endings.append(done)
        await loop.create_connection(partial(_Connection, load, done), HOST, plan.port)
    await asyncio.wait_for(asyncio.gather(*endings), LONGEST_SECONDS + 30)
    latencies = sorted(load.latencies)
    return Result(
        requests=len(latencies),
        seconds=time.perf_counter() - started_at,
        p50=latencies[len(latencies) // 2],
        p99=latencies[len(latencies) * 99 // 100],
        bytes_each=load.bytes // len(latencies),
        statuses=dict(load.statuses),
        own_cpu_seconds=time.process_time(),
    )


def form(**fields: str) -> str:
    """A form's body; braces in ``fields`` stay, to be filled in at each request."""
    return "&".join(f"{name}={quote(value, safe='{}')}" for name, value in fields.items())


def main() -> None:
    """Read a plan, follow it, print the result."""
    given = json.load(sys.stdin)
    plan = Plan(**given | {"asks": [Ask(**ask) for ask in given["asks"]]})
    json.dump(asdict(asyncio.run(run(plan))), sys.stdout)


if __name__ == "__main__":
    main()
