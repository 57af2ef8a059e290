"""Owns what students hand in about a reading."""
