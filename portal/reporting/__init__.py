"""Deadlines, numbers and digests: what the office and its analysts see of the work as a whole."""
