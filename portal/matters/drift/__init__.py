"""Whether two languages of one text say the same: read what can be counted and cited in both, and compare it."""
