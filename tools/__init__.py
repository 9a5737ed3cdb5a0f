"""What `make` needs beside make, run as `python -m tools.NAME`; all but `schema` is of the standard library."""
