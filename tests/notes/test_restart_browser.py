"""A note is written while its server ends and begins again, and while there is no network."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from readings.accounts.models import User
from readings.notes.models import Note
from readings.schedule.models import Reading
from seminar.local import free_port
from seminar.orphans import die_with_parent
from tests.notes.addresses import note
from tests.notes.asking_for import EVERY_KIND, ask
from tests.scratch import stop, wait_until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.processes,
    pytest.mark.django_db(transaction=True),
]

ROOT = Path(__file__).resolve().parents[2]
SAVED = re.compile(r"^Saved \d\d:\d\d:\d\d$")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """What a server needs to work on the test's own database, with its files collected."""
    given = os.environ | {
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}",
        "SECRET_KEY": settings.SECRET_KEY,
        "SITE_URL": "http://127.0.0.1:8000",
        "DEMO": "1",
    }
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
    subprocess.run(command, cwd=ROOT, env=given, check=True, timeout=120)
    return given


@contextmanager
def serving(environment: dict[str, str], port: int) -> Iterator[None]:
    """A web server of its own processes, from its first answer to its end."""
    code = f"from seminar.serving import serve_web; serve_web({port})"
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, preexec_fn=die_with_parent
    )

    def answers() -> bool:
        assert process.poll() is None, "it ended"
        try:
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            asked.request("HEAD", "/accounts/login/", headers={"Host": "127.0.0.1"})
            return asked.getresponse().status < 500
        except OSError:
            return False

    try:
        wait_until(answers, what="the server answers")
        yield
    finally:
        stop(process, signal.SIGTERM)


@pytest.fixture
def port() -> int:
    """Where the server is found again."""
    return free_port()


@pytest.fixture
def page(chromium: Browser, bob: User, port: int) -> Iterator[Page]:
    """Bob's window on a server that is not there yet."""
    site = f"http://127.0.0.1:{port}"
    context = chromium.new_context(base_url=site)
    context.set_default_timeout(30_000)  # a server that has just begun takes its time
    client = Client()
    client.force_login(bob)
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": site}])
    yield context.new_page()
    context.close()


def wait_until_saved(page: Page) -> None:
    """Let the clock of the window run on until the server has everything."""

    def is_saved() -> bool:
        page.clock.fast_forward(31_000)  # the longest that it waits before it tries again
        return SAVED.match(page.locator("[data-save-state]").inner_text()) is not None

    wait_until(is_saved, what="the note is saved")


def test_no_word_is_lost_when_the_server_restarts_or_the_network_drops(
    page: Page, port: int, reading: Reading, environment: dict[str, str]
) -> None:
    ask(reading, *EVERY_KIND)
    state = page.locator("[data-save-state]")
    claims = page.get_by_label("What does it claim?")

    with serving(environment, port):
        page.clock.install()
        page.goto(note(reading))
        claims.press_sequentially("Before the restart,")
        page.get_by_label("1 Not at all").check()
        wait_until_saved(page)

    claims.press_sequentially(" and during it.")
    page.get_by_label("3 Very").check()
    page.get_by_label("Question 1").fill("Who is there?")
    page.clock.fast_forward(2000)
    expect(state).to_contain_text("NOT saved")
    page.get_by_label("Answer 1").fill("Nobody.")
    page.clock.fast_forward(4000)
    expect(state).to_contain_text("NOT saved")
    before = Note.objects.get().draft
    assert before == {"claims": "Before the restart,", "rigor": 1}

    with serving(environment, port):
        wait_until_saved(page)
        assert Note.objects.get().draft == {
            "claims": "Before the restart, and during it.",
            "rigor": 3,
            "log": [{"q": "Who is there?", "a": "Nobody."}],
        }

        page.context.set_offline(True)
        claims.press_sequentially(" And in a tunnel.")
        page.get_by_label("A line worth quoting").fill("It is dark.")
        page.get_by_label("Page", exact=True).fill("7")
        page.clock.fast_forward(2000)
        expect(state).to_contain_text("NOT saved")
        page.get_by_label("Question 2").fill("Still there?")
        page.get_by_label("Answer 2").fill("Yes.")
        page.get_by_label("Yes", exact=True).check()
        page.context.set_offline(False)
        wait_until_saved(page)
        page.get_by_role("button", name="Submit").click()
        page.wait_for_url(re.compile(r"/papers/\d+/$"))

    assert Note.objects.get().answers == {
        "claims": "Before the restart, and during it. And in a tunnel.",
        "rigor": 3,
        "again": True,
        "line": {"text": "It is dark.", "page": 7},
        "log": [{"q": "Who is there?", "a": "Nobody."}, {"q": "Still there?", "a": "Yes."}],
    }
