"""The Markdown parser of legal texts: CommonMark, except that emphasis works beside Korean particles."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.emphasis import tokenize
from markdown_it.rules_inline.state_inline import Delimiter


def parser() -> MarkdownIt:
    """A parser without extensions; what it understands beyond paragraphs and lists is refused later."""
    markdown = MarkdownIt("commonmark")
    markdown.inline.ruler.at("emphasis", _emphasis)
    return markdown


def _emphasis(state: StateInline, silent: bool) -> bool:
    """Stars beside any visible character open or close.

    CommonMark wants a space or punctuation outside of a star whose inside is punctuation. Korean sets particles
    without a space, so that **「민법」**을 or **{{ name }}**을 would keep its stars.
    """
    if state.src[state.pos] != "*":
        return tokenize(state, silent)
    if silent:
        return False
    length = state.scanDelims(state.pos, True).length
    end = state.pos + length
    opens = end < state.posMax and not state.src[end].isspace()
    closes = state.pos > 0 and not state.src[state.pos - 1].isspace()
    for _ in range(length):
        state.push("text", "", 0).content = "*"
        state.delimiters.append(
            Delimiter(
                marker=ord("*"), length=length, token=len(state.tokens) - 1, end=-1, open=opens, close=closes
            )
        )
    state.pos = end
    return True
