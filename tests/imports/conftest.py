"""What tests of imports may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.imports.hosts import Host


@pytest.fixture
def host(settings: Any) -> Iterator[Host]:
    """A Git host on the own network."""
    host = Host()
    settings.GIT_HOST = host.origin
    yield host
    host.close()
