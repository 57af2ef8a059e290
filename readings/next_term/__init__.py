"""Owns the way of a course into its next term, and the templates that courses start from."""
