"""Fetching from addresses that a stranger may have typed: guarded against where they may lead.

One connection a request, straight from the checked address (so that a name cannot resolve to
something else between the check and the connection), without proxies, cookies or credentials.
Every refusal and failure is a typed exception whose text is the end of a sentence for people.
"""

from __future__ import annotations

import contextlib
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from http.client import HTTPException
from typing import BinaryIO
from urllib.parse import urljoin

import certifi
from urllib3 import HTTPResponse
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.util import Url, parse_url

MAX_REDIRECTS = 5
MAX_RETRY_AFTER_SECONDS = 6 * 3600.0
USER_AGENT = "Seminar/0.1 (paper-reading course companion)"

_CHUNK_BYTES = 64 * 1024
_REDIRECTS = (301, 302, 303, 307, 308)
_PASSING_STATUSES = (408, 425, 429)  # and every 5xx
_DEFAULT_PORTS = {"http": 80, "https": 443}
# IPv6 addresses that carry an IPv4 address which is where the packets end (RFC 6052).
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class FetchError(Exception):
    """A fetch that brought nothing; its text says why, without a capital or full stop."""


class Refused(FetchError):
    """We do not go there: its scheme, its credentials, a private address, too many redirects."""


class TooLarge(FetchError):
    """More bytes than the caller allows."""


class Rejected(FetchError):
    """The server answered and said no (HTTP ``status``)."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class NotFound(Rejected):
    """The server says that there is nothing at the address (404, 410)."""


class NotModified(FetchError):
    """The server says that it is what the caller has already (304)."""


class Passing(FetchError):
    """May work later: no connection, too slow, cut off, 429, 5xx.

    ``status``: of the answer, None where there was none.  ``retry_after``: seconds the server
    asked us to wait, or None.
    """

    def __init__(
        self, message: str, *, status: int | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after


@dataclass(frozen=True)
class Fetched:
    """What a fetch brought: ``url`` after redirects, size in bytes, the declared media type.

    ``etag`` is the server's name of this version, empty where it gives none.
    """

    url: str
    size: int
    content_type: str
    etag: str = ""


def fetch(
    url: str,
    *,
    into: BinaryIO,
    max_bytes: int,
    total_seconds: float = 300.0,
    read_seconds: float = 20.0,
    trusted_origin: str | None = None,
    accept: str = "*/*",
    called: str = "",
    etag: str = "",
) -> Fetched:
    """Write the body at ``url`` into ``into``, following at most five redirects.

    ``total_seconds`` bounds the whole fetch however slowly bytes arrive (resolving the name
    excepted, which the system's resolver bounds), ``read_seconds`` each wait for bytes.  Only https
    to public addresses, except that a fetch which begins at ``trusted_origin``
    (``http://127.0.0.1:9000``, from the configuration, never from people) may stay there.
    ``called`` is the server's name in messages, its host name if empty.  ``etag`` names the version
    that the caller has.

    Raises ``Refused``, ``TooLarge``, ``NotFound``, ``Rejected`` (all final) or ``Passing``, and
    ``NotModified`` where the server still has the version named by ``etag``;
    ``into`` may then hold the beginning of a body.  Errors of writing to it are let through.
    """
    deadline = time.monotonic() + total_seconds
    trusted = trusted_origin if trusted_origin and origin_of(url) == trusted_origin else None
    for _ in range(MAX_REDIRECTS + 1):
        trip = _Trip(_parsed(url), called, deadline, read_seconds)
        with _answer(trip, trusted, accept, etag) as response:
            if response.status in _REDIRECTS and response.headers.get("Location"):
                url = urljoin(url, response.headers["Location"])
                continue
            _check_status(response, trip)
            size = 0
            for chunk in _body(response, trip, max_bytes):
                into.write(chunk)
                size += len(chunk)
            headers = response.headers
            return Fetched(url, size, headers.get("Content-Type", ""), headers.get("ETag", ""))
    raise Refused(f"the address redirects more than {MAX_REDIRECTS} times")


def origin_of(url: str) -> str:
    """``scheme://host:port`` of an address in one spelling; raises ``Refused`` when it has none."""
    return _origin(_parsed(url))


def parse_retry_after(text: str | None, *, now: datetime) -> float | None:
    """Seconds to wait from a Retry-After header (RFC 9110, 10.2.3), capped at six hours.

    Both forms, seconds and an HTTP date; None for anything else.
    """
    if not text:
        return None
    text = text.strip()
    if re.fullmatch(r"[0-9]{1,12}", text):
        return min(float(text), MAX_RETRY_AFTER_SECONDS)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError, TypeError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        seconds = (moment - now).total_seconds()
    except OverflowError:
        return None
    return min(max(seconds, 0.0), MAX_RETRY_AFTER_SECONDS)


def is_public(address: IpAddress) -> bool:
    """Whether packets to ``address`` leave for the internet, whatever it is wrapped in."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address.teredo:
            inner = address.teredo[1]
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address.is_site_local:
            return False
    return address.is_global and not (
        address.is_multicast
        or address.is_reserved
        or address.is_loopback
        or address.is_link_local
        or address.is_unspecified
    )


# --- One request --------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Trip:
    """One request on the way: where to, until when, and what to call the server in messages."""

    target: Url
    called: str
    deadline: float
    read_seconds: float

    @property
    def name(self) -> str:
        return self.called or str(self.target.host)

    @property
    def is_late(self) -> bool:
        return time.monotonic() >= self.deadline

    def passing(self, problem: Exception | None) -> Passing:
        """What went wrong on the wire, in words."""
        words = f"{type(problem).__name__} {problem}".lower()
        if self.is_late or "timeout" in words or "timed out" in words:
            return Passing(f"{self.name} took too long to answer")
        if "certificate" in words:
            return Passing(f"the certificate of {self.name} is not valid")
        if "incompleteread" in words or "disconnected" in words or "reset" in words:
            return Passing(f"the answer of {self.name} was cut off")
        return Passing(f"could not reach {self.name}")


def _parsed(url: str) -> Url:
    """``url`` taken apart, its port filled in: what is checked is what is connected to."""
    try:
        target = parse_url(url)
    except (LocationParseError, UnicodeError, ValueError):
        raise Refused("the address is not a web address") from None
    if target.scheme not in _DEFAULT_PORTS or not target.host:
        raise Refused("only web addresses (https://...) are fetched")
    if target.auth is not None:
        raise Refused("an address with a user name or password in it is not fetched")
    host = target.host.strip("[]").partition("%")[0].rstrip(".")
    if not host or len(host) > 253:
        raise Refused("the address is not a web address")
    return target._replace(host=host, port=target.port or _DEFAULT_PORTS[target.scheme])


def _origin(target: Url) -> str:
    return f"{target.scheme}://{_bracketed(target)}:{target.port}"


def _bracketed(target: Url) -> str:
    return f"[{target.host}]" if ":" in str(target.host) else str(target.host)


@contextlib.contextmanager
def _answer(trip: _Trip, trusted: str | None, accept: str, etag: str) -> Iterator[HTTPResponse]:
    target = trip.target
    is_trusted = _origin(target) == trusted
    if target.scheme != "https" and not is_trusted:
        raise Refused("only https addresses are fetched")
    addresses = _resolved(trip)
    if not is_trusted:
        addresses = [address for address in addresses if is_public(address)]
        if not addresses:
            raise Refused(f"{target.host} is not on the public internet")
    connection = _connected(trip, addresses)
    with _ended_at(trip.deadline, connection):
        try:
            connection.request(
                "GET",
                target.request_uri,
                headers={
                    "Host": _host_header(target),
                    "User-Agent": USER_AGENT,
                    "Accept": accept,
                    # Sizes are then what they say, and nothing unpacks to a thousand times itself.
                    "Accept-Encoding": "identity",
                    "Connection": "close",
                    **({"If-None-Match": etag} if etag else {}),
                },
                preload_content=False,
            )
            response = connection.getresponse()
        except (HTTPError, HTTPException, OSError) as problem:
            connection.close()
            raise trip.passing(problem) from problem
        try:
            yield response
        finally:
            response.close()
            connection.close()


def _resolved(trip: _Trip) -> list[IpAddress]:
    target = trip.target
    try:
        rows = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        # No such name and no network look alike from here, so it may pass.
        raise trip.passing(problem) from None
    texts = dict.fromkeys(str(row[4][0]).partition("%")[0] for row in rows)
    return [ipaddress.ip_address(text) for text in texts]


def _connected(trip: _Trip, addresses: list[IpAddress]) -> HTTPConnection:
    """A connection to the first of the checked addresses that accepts one."""
    problem: Exception | None = None
    for address in addresses:
        timeout = min(trip.read_seconds, trip.deadline - time.monotonic())
        if timeout <= 0:
            break
        connection = _connection(trip.target, address, timeout)
        try:
            connection.connect()
        except (HTTPError, OSError) as caught:
            problem = caught
            connection.close()
        else:
            return connection
    raise trip.passing(problem) from problem


def _connection(target: Url, address: IpAddress, timeout: float) -> HTTPConnection:
    if target.scheme == "http":
        return HTTPConnection(str(address), target.port, timeout=timeout)
    return HTTPSConnection(
        str(address),
        target.port,
        timeout=timeout,
        # The certificate must be the name's, though the connection is made to the address.
        server_hostname=target.host,
        assert_hostname=target.host,
        ssl_context=_tls(),
    )


@cache
def _tls() -> ssl.SSLContext:
    """The system's certificate authorities and Mozilla's: slim images have none of their own."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _host_header(target: Url) -> str:
    host = _bracketed(target)
    return host if target.port == _DEFAULT_PORTS[str(target.scheme)] else f"{host}:{target.port}"


@contextlib.contextmanager
def _ended_at(deadline: float, connection: HTTPConnection) -> Iterator[None]:
    """Hang up at ``deadline``: a byte now and then would outlast any timeout of reading."""
    sock = connection.sock  # the connection forgets it once the response has it

    def hang_up() -> None:
        with contextlib.suppress(OSError):
            # Not the method: of a TLS socket it would pull the session from under the reader.
            socket.socket.shutdown(sock, socket.SHUT_RDWR)

    timer = threading.Timer(max(0.0, deadline - time.monotonic()), hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _check_status(response: HTTPResponse, trip: _Trip) -> None:
    status = response.status
    if status == 200:
        return
    if status == 304:
        raise NotModified(f"{trip.name} has nothing newer")
    if status in _PASSING_STATUSES or status >= 500:
        wait = parse_retry_after(response.headers.get("Retry-After"), now=datetime.now(UTC))
        said = "asks us to slow down" if status == 429 else "is out of order at the moment"
        words = f"{trip.name} {said} (HTTP {status})"
        raise Passing(words, status=status, retry_after=wait)
    if status in (404, 410):
        raise NotFound(f"{trip.name} has nothing at this address (HTTP {status})", status)
    raise Rejected(f"{trip.name} refused (HTTP {status})", status)


def _body(response: HTTPResponse, trip: _Trip, max_bytes: int) -> Iterator[bytes]:
    """The body in pieces, as they arrive; ``Passing`` when it ends before its declared length."""
    too_large = TooLarge(f"the file is larger than {max_bytes / (1024 * 1024):.3g} MB")
    declared = response.headers.get("Content-Length", "")
    if declared.isdecimal() and int(declared) > max_bytes:
        raise too_large
    size = 0
    while True:
        try:
            # read1: what has arrived; read would wait until a whole chunk is there.
            chunk = response.read1(_CHUNK_BYTES, decode_content=True)
        except (HTTPError, HTTPException, OSError) as problem:
            raise trip.passing(problem) from problem
        if trip.is_late:
            raise trip.passing(None)
        if not chunk:
            return
        size += len(chunk)
        if size > max_bytes:
            raise too_large
        yield chunk
