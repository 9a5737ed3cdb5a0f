"""A graph in this process."""
