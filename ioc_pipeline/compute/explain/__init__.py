"""Why is it red? The gap to the target, or the change against an earlier period, split into parts that sum exactly.

Pure functions over rational numbers; only `figures.py` and `names.py` read a database. No clock, no randomness: the
same release always gives the same answer.
"""
