"""Owns who presents together: the groups of a course and who is in which."""
