"""``lg_jupyter.dashboard``: the panels of a run in a usual arrangement, as one widget."""
