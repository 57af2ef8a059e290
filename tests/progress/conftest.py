"""What the tests of progress share: what those of marking do."""

from __future__ import annotations

from tests.marking.conftest import alices, bobs, bobs_note, carols, reading, set_policy

__all__ = ["alices", "bobs", "bobs_note", "carols", "reading", "set_policy"]
