"""What `make` runs as `python -m tools.NAME`; all but `schema` needs only the standard library."""
