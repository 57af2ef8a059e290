"""The plan of a term: the board, the draft over it, publishing, and what follows for whom."""
