"""What is wrong with each kind of declaration file: a module per kind, each a function from a parsed file to problems.

A module first lets `schema_check` judge the shape (kinds of values, missing and unknown keys) and then adds what a
schema cannot say: references to other files, dates, duplicates, contradictions.
"""
