"""What a comparison leaves in a cell: a widget, and beside it tables for when there is no kernel."""

from __future__ import annotations

import uuid
import warnings

from lg_jupyter.comparison.compared import ComparedRuns
from lg_jupyter.comparison.record import html, text
from lg_jupyter.kernel import notebook
from lg_jupyter.record import instead_of_view


def show(comparison: ComparedRuns) -> None:
    """Show a comparison in this cell; :class:`NotImplementedError` where a text is what can be shown."""
    if not notebook.in_kernel():
        raise NotImplementedError  # IPython takes the text then
    record = f"lgj-comparison-{uuid.uuid4().hex[:12]}"
    try:
        from lg_jupyter.comparison.widget import ComparisonWidget

        widget = ComparisonWidget(comparison, record)
        notebook.publish(*(widget._repr_mimebundle_() or ({}, {})))
    except Exception as error:
        warnings.warn(
            f"there is no view of this comparison, but tables: {type(error).__name__}: {error}",
            RuntimeWarning,
            stacklevel=2,
        )
    page = f"{instead_of_view(record)}{html(comparison, record)}"
    notebook.publish({"text/html": page, "text/plain": text(comparison)}, {})
