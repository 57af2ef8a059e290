"""Swaps, handing over and filling in: seats that change hands."""
