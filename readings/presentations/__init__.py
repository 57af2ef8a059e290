"""Owns slots on the agenda and who has signed up for them."""
