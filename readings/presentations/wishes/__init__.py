"""Ranked wishes: ballots, dates people cannot, and giving out the slots by them."""
