"""Likely pairs of claims, doubts about one, and conflict checks."""
