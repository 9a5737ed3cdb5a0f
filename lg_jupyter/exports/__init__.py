"""A run for other tools: DataFrames, Arrow and Parquet, OpenTelemetry spans, code."""
