"""Owns the formats a course's documents come in, one module each.  Pure."""
