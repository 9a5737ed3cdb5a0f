"""What the panels say of a run, wherever they are drawn."""
