"""A LangGraph server."""
