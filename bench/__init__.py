"""Measures speed and size of Seminar as it is served; no part of the product."""
