"""On which line of a TOML file each of its values stands, which tomllib does not tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

Path = tuple[str | int, ...]
_KEY = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')"""
_DOTTED = rf"{_KEY}(?:\s*\.\s*{_KEY})*"
_HEADER = re.compile(rf"^[ \t]*(\[\[?)\s*({_DOTTED})\s*\]", re.MULTILINE)
_TOKEN = re.compile(
    rf"""(?P<space>[ \t\r]+|\#[^\n]*)
    |(?P<newline>\n)
    |(?P<key>{_DOTTED})(?=[ \t]*=)
    |(?P<string>\"\"\"(?:[^\\]|\\.)*?\"{{3,5}}|'''.*?'{{3,5}}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')
    |(?P<mark>[\[\]{{}},=])
    |(?P<other>[^\s\[\]{{}},=\#]+)""",
    re.VERBOSE | re.DOTALL,
)


class TomlLines:
    """The lines of one file that tomllib has read without complaint."""

    def __init__(self, source: str) -> None:
        self._lines: dict[Path, int] = {}
        for path, line in _places(source):
            self._lines.setdefault(path, line)

    def of(self, path: Sequence[str | int]) -> int:
        """The line of the value at this path, or of the nearest thing around it; 0 for an empty file."""
        wanted = tuple(path)
        while wanted:
            if wanted in self._lines:
                return self._lines[wanted]
            wanted = wanted[:-1]
        return 0


def _places(source: str) -> Iterator[tuple[Path, int]]:
    walk = _Walk()
    line, at = 1, 0
    while at < len(source):
        header = None if walk.stack else _HEADER.match(source, at)
        if header:
            yield walk.open_table(_keys(header[2]), repeated=header[1] == "[["), line
            at = source.find("\n", at) if "\n" in source[at:] else len(source)
            continue
        token = _TOKEN.match(source, at)
        if token is None:
            return
        path = walk.step(token.lastgroup or "", token[0])
        if path is not None:
            yield path, line
        line += token[0].count("\n")
        at = token.end()


class _Walk:
    """Where the reader of tokens stands: the table, then nested arrays and inline tables."""

    def __init__(self) -> None:
        self.table: Path = ()
        self.counts: dict[Path, int] = {}
        self.stack: list[tuple[str, Path, int]] = []
        self.value: Path | None = None

    def open_table(self, keys: list[str], *, repeated: bool) -> Path:
        path: Path = ()
        for key in keys[:-1]:
            path = self._inside((*path, key))
        path = (*path, keys[-1])
        if repeated:
            self.counts[path] = self.counts.get(path, -1) + 1
        self.table, self.value = self._inside(path), None
        return self.table

    def step(self, kind: str, text: str) -> Path | None:
        """The path of what begins with this token, None where nothing does."""
        match kind:
            case "key" if self.value is None:
                self.value = (*self._base(), *_keys(text))
                return self.value
            case "newline" if not self.stack:
                self.value = None
            case "mark":
                return self._mark(text)
            case "string" | "other" | "key":
                return self._item()
        return None

    def _base(self) -> Path:
        return self.stack[-1][1] if self.stack else self.table

    def _inside(self, path: Path) -> Path:
        return (*path, self.counts[path]) if path in self.counts else path

    def _mark(self, mark: str) -> Path | None:
        match mark:
            case "[" | "{":
                path = self._item() or self.value or self.table
                self.stack.append((mark, path, 0))
                self.value = None
                return path
            case "]" | "}" if self.stack:
                self.value = self.stack.pop()[1]
            case "," if self.stack:
                opener, path, index = self.stack.pop()
                self.stack.append((opener, path, index + 1))
                self.value = None
        return None

    def _item(self) -> Path | None:
        """The place in the array that a value takes; None for a value that its key has named."""
        if self.value is None and self.stack and self.stack[-1][0] == "[":
            self.value = (*self.stack[-1][1], self.stack[-1][2])
            return self.value
        return None


def _keys(dotted: str) -> list[str]:
    return [key.strip().strip("\"'") for key in re.findall(_KEY, dotted)]
