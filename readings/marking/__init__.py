"""Feedback and marks on notes, the ledger of who handed in what, reminders."""
