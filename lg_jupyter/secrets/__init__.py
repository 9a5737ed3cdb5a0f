"""Secrets: which they are, and how they are masked in what is shown, saved or raised."""
