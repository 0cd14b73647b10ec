"""Export: tables of the current release as files for other programs and for paper, with their provenance."""
