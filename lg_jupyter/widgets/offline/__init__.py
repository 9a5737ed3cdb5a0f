"""What a view needs where there is no kernel: kept beside the record in a notebook, or in a page of its own.

``js/src/core/offline/`` is the other side: a model that answers from these data.
"""
