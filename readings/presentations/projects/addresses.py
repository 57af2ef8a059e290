"""Addresses on the web, as people type them and as they are shown."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

MAX_ADDRESS: Final = 500  # characters
_IS_ADDRESS: Final = URLValidator(schemes=["http", "https"])


def read_address(typed: str) -> str:
    """The address, with https where nothing is said.  Raises ``ValidationError``."""
    address = typed.strip()
    if "://" not in address:
        address = f"https://{address}"
    refusal = ValidationError(f"“{typed.strip()[:80]}” is no web address.")
    if len(address) > MAX_ADDRESS:
        raise ValidationError(f"An address has at most {MAX_ADDRESS} characters.")
    try:
        _IS_ADDRESS(address)
        parts = urlsplit(address)
    except (ValidationError, ValueError):
        raise refusal from None
    if "@" in parts.netloc:  # what is before it looks like a host, and is none
        raise refusal
    return address


def host_of(address: str) -> str:
    """The host as machines read it, so that letters which look alike are told apart."""
    host = (urlsplit(address).hostname or "").removeprefix("www.")
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host


def is_address(word: str) -> bool:
    """Whether a word is meant as an address: it says so."""
    return word.casefold().startswith(("http://", "https://"))
