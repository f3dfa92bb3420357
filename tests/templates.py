"""Templates compiled once a process, however many applications the tests make."""

from __future__ import annotations

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache


class _Compiled(BytecodeCache):
    """Templates as compiled by an earlier test of this process: compiling them anew takes half of a test's time."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.held:
            bucket.bytecode_from_string(self.held[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.held[bucket.key] = bucket.bytecode_to_string()


def compile_once() -> None:
    """Have every application of this process share its compiled templates."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _Compiled()}
