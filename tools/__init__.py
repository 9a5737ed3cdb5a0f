"""What `make` needs beside make: scripts of the standard library alone, run as `python -m tools.NAME`."""
