"""How a plan is made: which row each part of a document is, and what becomes of the others."""
