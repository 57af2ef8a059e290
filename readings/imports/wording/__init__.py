"""Owns what the dates, words and links of a schedule mean.  Pure."""
