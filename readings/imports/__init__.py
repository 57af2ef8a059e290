"""Owns bringing a course in from the documents it already has."""
