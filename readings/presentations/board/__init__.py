"""The slot board: every slot as a card, and what one may do with it."""
