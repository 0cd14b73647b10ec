"""Record files (delimited text, JSON, Parquet, sheets of Excel) → typed rows, column by column in DuckDB."""
