"""Owns works, their versions, and fetching them."""
