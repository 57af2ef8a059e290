"""Real browsers for tests: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests.scratch import MissingProgramError, find_program

if TYPE_CHECKING:  # models cannot be imported before Django is set up
    from readings.accounts.models import User

# Milliseconds until a page is given up: a busy machine takes its time, and what passes waits for
# nothing.
PATIENCE = 30_000
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    # Without these Chromium looks up its maker's hosts at every start.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One headless Chromium for the session."""
    try:
        program = find_program("chromium", package="chromium")
    except MissingProgramError as missing:
        pytest.skip(str(missing))
    # Playwright keeps an event loop running in this thread, in which Django would refuse queries.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_ARGUMENTS)
        expect.set_options(timeout=PATIENCE)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def live_site(live_server: Any) -> str:
    """The address of a running server on the test's database, without a slash at the end."""
    return str(live_server.url)


ColorScheme = Literal["light", "dark"]
ONLY_COLOURS = {"runOnly": ["color-contrast"]}
BUT_COLOURS = {"rules": {"color-contrast": {"enabled": False}}}
# What is not asked for is not worked out: axe would describe every element that passes.
RUN_AXE = """
    options => axe.run({...options, resultTypes: ["violations"]})
        .then(({violations}) => ({violations}))
"""

OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser, live_site: str) -> Iterator[OpenPage]:
    """A function that opens a new browser window, signed in as a user where one is given.

    ``open_page(bob, viewport={...})``; paths in ``page.goto("/...")`` are the live site's.  A
    script error or a breach of the content security policy in any window fails the test.
    """
    contexts = []
    breaches: list[str] = []

    def note_console(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            breaches.append(message.text)

    def open_as(user: User | None = None, **options: Any) -> Page:
        context = chromium.new_context(base_url=live_site, **options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user)
            cookie = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_site}])
        page = context.new_page()
        page.on("console", note_console)
        page.on("pageerror", lambda error: breaches.append(str(error)))
        return page

    yield open_as
    for context in contexts:
        context.close()
    assert breaches == []


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A window in which nobody is signed in."""
    return open_page()


AssertAccessible = Callable[..., None]


def breaches_found(page: Page, options: dict[str, Any]) -> AxeResults:
    """What axe finds on the page; its half a megabyte of script is sent once to each page."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return AxeResults(page.evaluate(RUN_AXE, options))


@pytest.fixture
def assert_accessible() -> AssertAccessible:
    """A function that fails on any breach of the accessibility rules that axe knows.

    ``assert_accessible(page, schemes=("light", "dark"))`` looks at the page in both, else in the
    one it is in; only the colours can differ, so that the other rules are asked once.
    ``colours=False`` leaves them out, which cost most, where they were looked at already.
    """

    def check(page: Page, *, schemes: Sequence[ColorScheme] = (), colours: bool = True) -> None:
        options: dict[str, Any] = {} if colours else BUT_COLOURS
        for scheme in schemes or (None,):
            if scheme is not None:
                page.emulate_media(color_scheme=scheme)
            results = breaches_found(page, options)
            assert results.violations_count == 0, (scheme, results.generate_report())
            options = ONLY_COLOURS

    return check
