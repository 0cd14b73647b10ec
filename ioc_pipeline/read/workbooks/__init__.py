"""Bytes of an .xlsx or .xls file → sheets of cells, opened safely, with what is said of cells besides their values."""
