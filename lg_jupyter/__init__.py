"""See a LangGraph run live in the notebook cell that started it, and keep it as data."""
