"""Runs that other code starts: heard without changing them, and shown like any other."""
