"""Seminar: one Django app, one package a domain."""
