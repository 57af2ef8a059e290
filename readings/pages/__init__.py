"""Owns the pages that are composed of several domains: course home, paper."""
