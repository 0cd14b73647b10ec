"""Bytes of a text file → Unicode, and Vietnamese words folded for comparing."""
