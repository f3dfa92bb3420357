"""Measurements, each beside an honest reference in the same run: ``make bench``.

A module here has ``run() -> list[Figure]``. ``python -m bench packets web`` runs only those.
"""
