"""The guarded fetcher, against a real server on loopback."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from readings.core.http import (
    MAX_RETRY_AFTER_SECONDS,
    FetchError,
    NotFound,
    Passing,
    Refused,
    Rejected,
    TooLarge,
    fetch,
    is_public,
    origin_of,
    parse_retry_after,
)

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Site:
    """A server whose pages a test writes; it remembers the headers of what it was asked."""

    origin: str = ""
    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)


def serve(site: Site, tls: ssl.SSLContext | None = None) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, dict(self.headers.items())))
            site.pages[self.path.partition("?")[0]](self)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    scheme = "https" if tls else "http"
    site.origin = f"{scheme}://127.0.0.1:{server.server_address[1]}"
    return server


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    server = serve(site)
    yield site
    server.shutdown()
    server.server_close()


def says(
    body: bytes = b"hello", status: int = 200, declared: int | None = None, **headers: str
) -> Answer:
    """A page of ``body``; ``declared`` is a Content-Length that lies."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Content-Length", str(len(body) if declared is None else declared))
        request.end_headers()
        request.wfile.write(body)

    return answer


def get(
    site: Site,
    path: str,
    *,
    max_bytes: int = 1_000_000,
    total_seconds: float = 30,
    read_seconds: float = 10,
) -> bytes:
    """The body of a page of the trusted site."""
    body = io.BytesIO()
    fetch(
        site.origin + path,
        into=body,
        max_bytes=max_bytes,
        total_seconds=total_seconds,
        read_seconds=read_seconds,
        trusted_origin=site.origin,
    )
    return body.getvalue()


# --- What is fetched ----------------------------------------------------------------------------


def test_a_page_of_the_trusted_origin_is_fetched(site: Site) -> None:
    site.pages["/a"] = says(b"%PDF-1.7", Content_Type="application/pdf")
    body = io.BytesIO()
    fetched = fetch(
        f"{site.origin}/a?b=c", into=body, max_bytes=100, trusted_origin=site.origin, accept="x/y"
    )
    assert body.getvalue() == b"%PDF-1.7"
    assert (fetched.size, fetched.content_type) == (8, "application/pdf")
    path, headers = site.asked[0]
    assert path == "/a?b=c"
    assert headers["Host"] == site.origin.removeprefix("http://")
    assert headers["Accept"] == "x/y"
    assert headers["Accept-Encoding"] == "identity"


def test_a_body_in_chunks_is_put_together(site: Site) -> None:
    def chunked(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Transfer-Encoding", "chunked")
        request.end_headers()
        request.wfile.write(b"3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n")

    request_version = BaseHTTPRequestHandler.protocol_version
    assert request_version == "HTTP/1.0"
    site.pages["/"] = _in_http_1_1(chunked)
    assert get(site, "/") == b"abcdefg"


def _in_http_1_1(answer: Answer) -> Answer:
    def wrapped(request: BaseHTTPRequestHandler) -> None:
        request.protocol_version = "HTTP/1.1"
        request.close_connection = True
        answer(request)

    return wrapped


def test_redirects_are_followed_five_times_and_no_more(site: Site) -> None:
    for step in range(1, 8):
        site.pages[f"/{step}"] = says(b"", 302, Location=f"/{step - 1}")
    site.pages["/0"] = says(b"there")
    assert get(site, "/5") == b"there"
    with pytest.raises(Refused, match="redirects more than 5 times"):
        get(site, "/6")


def test_a_compressed_answer_counts_as_what_it_unpacks_to(site: Site) -> None:
    site.pages["/"] = says(gzip.compress(bytes(3_000_000)), Content_Encoding="gzip")
    assert len(get(site, "/", max_bytes=3_000_000)) == 3_000_000
    with pytest.raises(TooLarge):
        get(site, "/", max_bytes=2_999_999)


def test_a_proxy_in_the_environment_is_not_asked(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    site.pages["/"] = says()
    assert get(site, "/") == b"hello"


def test_a_full_disk_is_not_taken_for_a_broken_connection(site: Site) -> None:
    class Full(io.BytesIO):
        def write(self, _: object) -> int:
            raise OSError(28, "No space left on device")

    site.pages["/"] = says()
    with pytest.raises(OSError, match="No space left"):
        fetch(f"{site.origin}/", into=Full(), max_bytes=99, trusted_origin=site.origin)


# --- Where it does not go -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://127.1/",
        "https://0x7f000001/",
        "https://2130706433/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://10.0.0.8/",
        "https://172.16.0.1/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://224.0.0.1/",
        "https://255.255.255.255/",
    ],
)
def test_private_addresses_are_refused_however_they_are_written(url: str) -> None:
    with pytest.raises(Refused, match="not on the public internet"):
        fetch(url, into=io.BytesIO(), max_bytes=10)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://example.org/", "only https"),
        ("ftp://example.org/", "only web addresses"),
        ("file:///etc/passwd", "only web addresses"),
        ("//example.org/x", "only web addresses"),
        ("javascript:alert(1)", "only web addresses"),
        ("https:///path", "web address"),
        ("https://user:secret@example.org/", "user name or password"),
        ("https://user@example.org/", "user name or password"),
        ("https://[::1", "not a web address"),
        ("https://" + "a" * 300 + "/", "not a web address"),
        ("", "only web addresses"),
    ],
)
def test_other_addresses_are_refused_with_their_reason(url: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        fetch(url, into=io.BytesIO(), max_bytes=10)


def test_the_exception_is_for_exactly_one_origin(site: Site) -> None:
    site.pages["/"] = says()
    host, port = site.origin.removeprefix("http://").split(":")
    for other in (f"http://localhost:{port}", f"http://{host}:1", f"https://{host}:{port}"):
        with pytest.raises(Refused):
            fetch(f"{site.origin}/", into=io.BytesIO(), max_bytes=10, trusted_origin=other)
    assert site.asked == []


def test_a_redirect_is_checked_like_an_address_typed_in(site: Site) -> None:
    other = Site()
    server = serve(other)
    other.pages["/"] = says(b"internal")
    for target in (
        f"{other.origin}/",
        "http://169.254.169.254/",
        "https://192.168.0.1/",
        "file:///etc/passwd",
        "https://a:b@example.org/",
    ):
        site.pages["/"] = says(b"", 302, Location=target)
        with pytest.raises(Refused):
            get(site, "/")
    assert other.asked == []
    server.shutdown()
    server.server_close()


def test_a_name_is_resolved_once_so_that_it_cannot_change_after_the_check(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rebinding name: public at the check, loopback afterwards."""
    port = int(origin_of(site.origin).rpartition(":")[2])
    asked: list[str] = []
    real = socket.getaddrinfo

    def resolver(host: str, *args: object, **kwargs: object) -> object:
        if host != "rebinding.test":
            return real(host, *args, **kwargs)  # type: ignore[arg-type]
        asked.append(host)
        address = "192.0.2.1" if len(asked) == 1 else "127.0.0.1"
        # 192.0.2.0/24 is for documentation and never routed; 127.0.0.1 would reach the site.
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    monkeypatch.setattr("readings.core.http.is_public", lambda address: not address.is_loopback)
    with pytest.raises(Passing):
        fetch(f"https://rebinding.test:{port}/", into=io.BytesIO(), max_bytes=9, total_seconds=0.5)
    assert asked == ["rebinding.test"]
    assert site.asked == []


def test_an_unknown_name_may_pass() -> None:
    with pytest.raises(Passing, match=r"could not reach nowhere\.invalid"):
        fetch("https://nowhere.invalid/", into=io.BytesIO(), max_bytes=10)


@settings(max_examples=50)
@given(st.ip_addresses(v=4))
def test_an_address_is_as_private_inside_ipv6_as_it_is_outside(
    address: ipaddress.IPv4Address,
) -> None:
    number = int(address)
    wrapped = [
        ipaddress.IPv6Address((0xFFFF << 32) | number),  # ::ffff:a.b.c.d
        ipaddress.IPv6Address((0x2002 << 112) | (number << 80) | 1),  # 6to4
        ipaddress.IPv6Address((0x64FF9B << 96) | number),  # NAT64
    ]
    if not is_public(address):
        assert not any(is_public(inside) for inside in wrapped)
    else:
        assert is_public(wrapped[0])
        assert is_public(wrapped[2])


@pytest.mark.parametrize(
    ("address", "public"),
    [("1.1.1.1", True), ("151.101.3.42", True), ("2a04:4e42::1", True), ("2001:db8::1", False)],
)
def test_public_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) is public


# --- What goes wrong ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (204, Rejected),
        (400, Rejected),
        (403, Rejected),
        (404, NotFound),
        (410, NotFound),
        (408, Passing),
        (429, Passing),
        (500, Passing),
        (503, Passing),
    ],
)
def test_each_status_has_its_kind(site: Site, status: int, kind: type[FetchError]) -> None:
    site.pages["/"] = says(b"", status)
    with pytest.raises(FetchError) as caught:
        get(site, "/")
    assert type(caught.value) is kind
    if isinstance(caught.value, Rejected):
        assert caught.value.status == status


def test_the_server_says_how_long_to_wait(site: Site) -> None:
    site.pages["/"] = says(b"", 429, Retry_After="17")
    with pytest.raises(Passing, match=r"127\.0\.0\.1 asks us to slow down \(HTTP 429\)") as caught:
        get(site, "/")
    assert caught.value.retry_after == 17
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=60)
    site.pages["/"] = says(b"", 503, Retry_After=format_datetime(soon, usegmt=True))
    with pytest.raises(Passing) as caught:
        get(site, "/")
    assert caught.value.retry_after == pytest.approx(60, abs=5)


@pytest.mark.parametrize("declared", [6, 10_000])
def test_a_body_shorter_than_declared_is_cut_off_and_may_pass(site: Site, declared: int) -> None:
    site.pages["/"] = says(b"hello", declared=declared)
    with pytest.raises(Passing, match="cut off"):
        get(site, "/")


def test_a_chunked_body_without_its_end_is_cut_off(site: Site) -> None:
    def chunked(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Transfer-Encoding", "chunked")
        request.end_headers()
        request.wfile.write(b"3\r\nabc\r\n")

    site.pages["/"] = _in_http_1_1(chunked)
    with pytest.raises(Passing, match="cut off"):
        get(site, "/")


def test_too_large_is_known_from_the_header_or_while_reading(site: Site) -> None:
    site.pages["/declared"] = says(b"x" * 20, declared=10**12)

    def undeclared(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        request.wfile.write(b"x" * 200_000)

    site.pages["/measured"] = undeclared
    for path in ("/declared", "/measured"):
        with pytest.raises(TooLarge, match=r"larger than 0\.0954 MB"):
            get(site, path, max_bytes=100_000)
    assert len(get(site, "/measured", max_bytes=200_000)) == 200_000


def test_a_port_nobody_listens_on_may_pass() -> None:
    with socket.socket() as placeholder:
        placeholder.bind(("127.0.0.1", 0))
        origin = f"http://127.0.0.1:{placeholder.getsockname()[1]}"
        trusted = origin_of(origin)
        with pytest.raises(Passing, match=r"could not reach 127\.0\.0\.1"):
            fetch(origin, into=io.BytesIO(), max_bytes=9, trusted_origin=trusted)
        with pytest.raises(Passing, match="could not reach the library"):
            fetch(
                origin,
                into=io.BytesIO(),
                max_bytes=9,
                trusted_origin=trusted,
                called="the library",
            )


def test_a_silent_server_is_left_after_the_read_timeout(site: Site) -> None:
    over = threading.Event()
    site.pages["/"] = lambda _: (over.wait(10), None)[1]
    begun = time.monotonic()
    with pytest.raises(Passing, match="took too long"):
        get(site, "/", read_seconds=0.2)
    assert time.monotonic() - begun < 3
    over.set()


@pytest.mark.parametrize("part", ["headers", "body"])
def test_a_dripping_server_is_left_at_the_deadline(site: Site, part: str) -> None:
    """Each byte comes well within the read timeout; the whole would take for ever."""
    over = threading.Event()

    def drip(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(
            b"HTTP/1.0 200 OK\r\n" if part == "headers" else b"HTTP/1.0 200 OK\r\n\r\n"
        )
        try:
            while not over.wait(0.02):
                request.wfile.write(b"x")
        except OSError:
            over.set()

    site.pages["/"] = drip
    begun = time.monotonic()
    with pytest.raises(Passing, match="took too long"):
        get(site, "/", read_seconds=5, total_seconds=0.4)
    assert time.monotonic() - begun < 3
    assert over.wait(5), "the server still has its connection"


def test_an_answer_that_is_not_http_may_pass(site: Site) -> None:
    site.pages["/"] = lambda request: (request.wfile.write(b"SSH-2.0-OpenSSH\r\n"), None)[1]
    with pytest.raises(Passing):
        get(site, "/")


def test_a_certificate_that_nobody_signed_is_not_accepted(tmp_path: Path) -> None:
    site = Site()
    server = serve(site, tls=_self_signed(tmp_path))
    site.pages["/"] = says(b"secret")
    with pytest.raises(Passing, match=r"certificate of 127\.0\.0\.1 is not valid"):
        get(site, "/")
    assert site.asked == []
    server.shutdown()
    server.server_close()


def _self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    pem = folder / "certificate.pem"
    pem.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


# --- Retry-After --------------------------------------------------------------------------------

NOW = dt.datetime(2026, 2, 3, 4, 5, 6, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        (" 120 ", 120),
        ("999999999999", MAX_RETRY_AFTER_SECONDS),
        ("Tue, 03 Feb 2026 04:06:06 GMT", 60),
        ("Tue, 03 Feb 2026 04:06:06 -0000", 60),
        ("Tue, 03 Feb 2026 03:00:00 GMT", 0),
        ("Tue, 03 Feb 2099 03:00:00 GMT", MAX_RETRY_AFTER_SECONDS),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_in_both_its_forms(text: str | None, seconds: float | None) -> None:
    assert parse_retry_after(text, now=NOW) == seconds


@settings(max_examples=50)
@given(st.text() | st.from_regex(r"\A[A-Z][a-z]{2}, [0-9]{1,3} [A-Z][a-z]{2} [0-9]{1,6} [0-9:]+"))
def test_any_retry_after_is_none_or_within_six_hours(text: str) -> None:
    seconds = parse_retry_after(text, now=NOW)
    assert seconds is None or 0 <= seconds <= MAX_RETRY_AFTER_SECONDS
