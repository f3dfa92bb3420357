"""Matters: cases as folders of data, published as immutable versions."""
