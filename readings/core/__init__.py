"""Owns what knows no domain."""
