"""The live views: the comm, what travels over it, the widget of a run."""
