"""Owns how tables, definitions and their words become the meetings of a schedule.  Pure."""
