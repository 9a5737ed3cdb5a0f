"""What `make` needs beside make, run as `python -m tools.NAME`; but for `schema`, the standard library alone."""
