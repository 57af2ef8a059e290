"""The stand-in over HTTP: right answers, and wrong ones on request."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from readings.demo import faults
from readings.demo.faults import Asked
from readings.demo.stand_in import ArxivStandIn

ROOT = Path(__file__).resolve().parents[2]


def ask(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers in lower case, and body; nothing is retried or followed."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}", headers=headers)
        response = connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        return response.status, found, response.read()
    finally:
        connection.close()


def test_the_api_answers_for_known_ids(arxiv: ArxivStandIn) -> None:
    status, headers, body = ask(f"{arxiv.api_url}?id_list=2310.03714,2205.14135v1&max_results=2")
    assert status == 200
    assert headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert b"<id>http://arxiv.org/abs/2310.03714v1</id>" in body
    assert b"<id>http://arxiv.org/abs/2205.14135v1</id>" in body
    assert b"$O(N^2)$" in body
    assert arxiv.count(Asked.QUERY) == 1
    assert arxiv.count(Asked.QUERY, "2205.14135") == 1


def test_a_malformed_id_is_answered_with_400(arxiv: ArxivStandIn) -> None:
    status, headers, body = ask(f"{arxiv.api_url}?id_list=2310.03714,abc")
    assert status == 400
    assert headers["content-type"].startswith("application/atom+xml")
    assert b"incorrect id format for abc" in body


def test_a_pdf_is_sent_with_its_length_and_need_not_be_sent_twice(arxiv: ArxivStandIn) -> None:
    status, headers, body = ask(f"{arxiv.pdf_url}2205.14135v2")
    assert status == 200
    assert headers["content-type"] == "application/pdf"
    assert int(headers["content-length"]) == len(body)
    assert body.startswith(b"%PDF-")
    assert ask(f"{arxiv.pdf_url}2205.14135") == (status, headers | _dates(headers), body)
    again = ask(f"{arxiv.pdf_url}2205.14135v2", **{"If-None-Match": headers["etag"]})
    assert (again[0], again[2]) == (304, b"")
    assert arxiv.count(Asked.PDF, "2205.14135") == 3


def _dates(headers: dict[str, str]) -> dict[str, str]:
    return {"date": headers["date"]}


@pytest.mark.parametrize("name", ["9999.99999", "2205.14135v7", "nonsense", "../../etc/passwd"])
def test_an_unknown_pdf_is_not_found(arxiv: ArxivStandIn, name: str) -> None:
    assert ask(f"{arxiv.pdf_url}{name}")[0] == 404


def test_other_addresses_are_not_found(arxiv: ArxivStandIn) -> None:
    assert ask(f"{arxiv.origin}/abs/2205.14135")[0] == 404
    assert arxiv.requests == []


def test_a_fault_strikes_as_often_as_it_was_told_to(arxiv: ArxivStandIn) -> None:
    arxiv.faults.strike(Asked.QUERY, faults.rate_limited("7"), times=2)
    statuses = [ask(f"{arxiv.api_url}?id_list=2310.03714")[:2] for _ in range(3)]
    assert [status for status, _ in statuses] == [429, 429, 200]
    assert statuses[0][1]["retry-after"] == "7"
    assert ask(f"{arxiv.pdf_url}2310.03714")[0] == 200


def test_a_fault_may_be_meant_for_one_paper(arxiv: ArxivStandIn) -> None:
    arxiv.faults.strike(Asked.PDF, faults.web_page(), arxiv_id="2310.03714")
    assert ask(f"{arxiv.pdf_url}2310.03714v1")[2].startswith(b"<!DOCTYPE html>")
    assert ask(f"{arxiv.pdf_url}2205.14135")[2].startswith(b"%PDF")
    arxiv.faults.clear()
    assert ask(f"{arxiv.pdf_url}2310.03714v1")[2].startswith(b"%PDF")


def test_each_fault_is_what_it_says(arxiv: ArxivStandIn) -> None:
    address = f"{arxiv.pdf_url}2310.03714v1"
    right = ask(address)[2]

    def struck_by(fault: faults.Fault) -> tuple[int, bytes]:
        arxiv.faults.strike(Asked.PDF, fault, times=1)
        status, _headers, body = ask(address)
        return status, body

    assert struck_by(faults.unavailable())[0] == 503
    assert struck_by(faults.not_there())[0] == 404
    assert struck_by(faults.empty()) == (200, b"")
    assert struck_by(faults.truncated()) == (200, right[: len(right) // 2])
    assert len(struck_by(faults.oversized(300_000))[1]) == 300_000
    assert b"/Encrypt" in struck_by(faults.encrypted())[1]
    with pytest.raises(http.client.IncompleteRead):
        struck_by(faults.cut_off())


def test_a_slow_answer_is_slow_and_does_not_hold_up_the_end() -> None:
    server = ArxivStandIn().start()
    server.faults.strike(Asked.PDF, faults.slow(60), times=1)
    address = urlsplit(server.origin)
    with socket.create_connection((address.hostname, address.port), timeout=5) as client:
        client.sendall(b"GET /pdf/2310.03714 HTTP/1.1\r\nHost: x\r\n\r\n")
        deadline = time.monotonic() + 5
        while not server.requests and time.monotonic() < deadline:
            time.sleep(0.01)
        begun = time.monotonic()
        server.stop()
        assert time.monotonic() - begun < 5


def test_withdrawn_and_misread_papers(arxiv: ArxivStandIn) -> None:
    arxiv.faults.withdraw("2310.03714")
    arxiv.faults.misread("2205.14135")
    assert b"<entry>" not in ask(f"{arxiv.api_url}?id_list=2310.03714")[2]
    assert ask(f"{arxiv.pdf_url}2310.03714")[0] == 404
    assert ask(f"{arxiv.api_url}?id_list=1802.04799,2205.14135")[0] == 400
    assert ask(f"{arxiv.api_url}?id_list=1802.04799")[0] == 200


@pytest.mark.processes
def test_the_command_says_where_it_listens_and_ends_when_asked() -> None:
    command = [sys.executable, "manage.py", "arxiv_stand_in"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        name, _, url = process.stdout.readline().strip().partition("=")
        assert name == "ARXIV_API_URL"
        assert process.stdout.readline().startswith("ARXIV_PDF_URL=http://127.0.0.1:")
        assert ask(f"{url}?id_list=2310.03714")[0] == 200
        port = str(urlsplit(url).port)
        second = subprocess.run(
            [*command, "--port", port], cwd=ROOT, capture_output=True, text=True
        )
        assert second.returncode == 1
        assert second.stderr.startswith(f"CommandError: Cannot listen on 127.0.0.1, port {port}: ")
        assert "Traceback" not in second.stderr
        process.terminate()
        assert process.wait(10) == 0
