"""A demo worth looking at: invented people and claims, made through the same services as real ones."""
