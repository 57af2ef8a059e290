"""Owns the ledger of who handed in what: a student's, the class's, grade books, reminders."""
