"""The stand-in for arXiv, on a free port of loopback, for any test that asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from readings.demo.stand_in import ArxivStandIn


@pytest.fixture
def arxiv(settings: Any) -> Iterator[ArxivStandIn]:
    """A server that Seminar takes for the real arXiv; its faults are the test's to choose."""
    with ArxivStandIn() as server:
        settings.ARXIV_API_URL = server.api_url
        settings.ARXIV_PDF_URL = server.pdf_url
        settings.ARXIV_DELAY_SECONDS = 0.0
        settings.ARXIV_STAND_IN = False
        yield server
