"""Frozen sets of accepted claims, and the volumes they are handed over in."""
