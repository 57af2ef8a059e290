"""What a first visit costs in a real browser: bytes over the wire, and the largest paint."""

from __future__ import annotations

import shutil
import statistics
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, sync_playwright

VISITS = 5
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# The entry comes when the browser has a moment; a page without one has painted nothing.
_LARGEST_PAINT = """() => new Promise((resolve) => {
  new PerformanceObserver((list) => resolve(list.getEntries().at(-1).startTime))
    .observe({type: "largest-contentful-paint", buffered: true});
  setTimeout(() => resolve(null), 5000);
})"""


@dataclass(frozen=True)
class Visit:
    """The first visit to one page, with an empty cache: the median of several."""

    html_bytes: int  # before any compression
    asset_bytes: int  # everything but the page itself, as it went over the wire
    requests: int
    largest_paint_ms: float


def visit(origin: str, path: str, session: str = "") -> Visit:
    """Open a page several times, each time in a browser that has never been there.

    Raises ``RuntimeError`` where there is no Chromium.
    """
    program = shutil.which("chromium")
    if program is None:
        raise RuntimeError("Chromium is not on this machine: install the package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        try:
            _visit_once(browser, origin, path, session)  # wakes up browser and server
            visits = [_visit_once(browser, origin, path, session) for _number in range(VISITS)]
        finally:
            browser.close()
    paint = statistics.median(one.largest_paint_ms for one in visits)
    return Visit(visits[0].html_bytes, visits[0].asset_bytes, visits[0].requests, paint)


def _visit_once(browser: Browser, origin: str, path: str, session: str) -> Visit:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    if session:
        context.add_cookies([{"name": "sessionid", "value": session, "url": origin}])
    page = context.new_page()
    wire: dict[str, int] = {}
    protocol = context.new_cdp_session(page)
    protocol.send("Network.enable")

    def note_end(event: dict[str, Any]) -> None:
        wire[event["requestId"]] = int(event["encodedDataLength"])

    protocol.on("Network.loadingFinished", note_end)
    documents: list[str] = []

    def note_answer(event: dict[str, Any]) -> None:
        if event["type"] == "Document":
            documents.append(event["requestId"])

    protocol.on("Network.responseReceived", note_answer)
    response = page.goto(origin + path, wait_until="networkidle")
    if response is None or response.status != 200:
        raise RuntimeError(f"{path} did not answer as it should")
    paint = page.evaluate(_LARGEST_PAINT)
    if paint is None:
        raise RuntimeError(f"{path} painted nothing")
    html = len(response.body())
    context.close()
    assets = sum(size for request, size in wire.items() if request not in documents)
    return Visit(html, assets, len(wire), float(paint))
