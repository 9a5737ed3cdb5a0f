"""The execution of a run: its state, start, stop, resume, fork and join, and who waits for it."""
