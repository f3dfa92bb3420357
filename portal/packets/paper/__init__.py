"""Signing in ink: documents printed with a code on every page, pictures of them that come back, a person who looks."""

from __future__ import annotations
