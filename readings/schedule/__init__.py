"""Owns weeks, meetings, their agenda, and the readings of a course."""
