"""The day of the talk: order, slides, what the class thought of it, marks."""
