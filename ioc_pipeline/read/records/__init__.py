"""Record files (delimited text, JSON, Parquet) → typed rows, column by column in DuckDB."""
