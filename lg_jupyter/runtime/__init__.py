"""What carries a run: from its start or an answer to where it stops, and on from there."""
