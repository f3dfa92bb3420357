"""Chromium and a running portal for journeys; filled in below."""
