"""One graph, many inputs: the batch, its table, how both are shown."""
