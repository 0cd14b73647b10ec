"""The statistics office's monthly workbook: tables found on its sheets → observations."""
