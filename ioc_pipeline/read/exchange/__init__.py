"""Formats of statistical exchange (SDMX-ML, JSON-stat, the provinces' indicator JSON) → observations."""
