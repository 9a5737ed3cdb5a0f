"""The process around a run: its event loops, the notebook in it, how it ends."""
