"""Unguessable words for addresses that open something to whoever holds them."""

from __future__ import annotations

import secrets


def new_token() -> str:
    """A fresh URL-safe token of 128 random bits (22 characters)."""
    return secrets.token_urlsafe(16)
