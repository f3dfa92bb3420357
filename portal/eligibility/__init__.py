"""Answers and a matter's rules become decisions with reasons."""
