"""Owns pages that are composed of several domains."""
