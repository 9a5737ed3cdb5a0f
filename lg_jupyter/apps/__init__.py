"""A form for a graph's input, with the run's panels below: ``lg_jupyter.app(target)``."""
