"""Owns threads and comments on a reading."""
