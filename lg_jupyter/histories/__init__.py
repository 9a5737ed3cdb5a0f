"""Histories of runs on disk: files that are the truth, an index of them, and the table that shows it."""
