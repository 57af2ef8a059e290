"""Owns courses, who belongs to them in which role, their groups, and what changed in them."""
