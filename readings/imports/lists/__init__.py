"""Owns how bullets, rows and references become the entries of a reading list.  Pure."""
