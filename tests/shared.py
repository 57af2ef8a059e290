"""Where the shared real-world material lies, for tests that can use it.

Such a test skips, with its reason, on a machine that does not have the folder: the project must
never need it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


def shared(*parts: str) -> Path:
    """The path of a shared file or folder; skips the calling test where it is absent."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"real-world material is not beside the checkout: {'/'.join(parts)}")
    return path
