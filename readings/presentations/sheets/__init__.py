"""Sign-up sheets and their slots: what staff offer, and put right."""
