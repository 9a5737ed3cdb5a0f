"""Two runs compared, and how that is shown."""
