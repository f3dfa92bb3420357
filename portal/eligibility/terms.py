"""The matter's glossary behind the words of its texts: where a term stands, a link to its meaning."""

from __future__ import annotations

import re
from functools import lru_cache

from flask import url_for
from markupsafe import Markup, escape

from portal.matters.matter import Matter
from portal.matters.page import Term
from portal.web import runtime
from portal.web.language import current


def with_terms(text: str) -> Markup:
    """A text of the matter in the reader's language, each term linked where it stands first."""
    matter, lang = runtime().matters.current().matter, current()
    found = _pattern(matter, lang)
    if found is None:
        return escape(text)
    pattern, meant = found
    pieces, at, seen = Markup(), 0, set()
    for match in pattern.finditer(text):
        term = meant[match[0].casefold()]
        if term in seen:
            continue
        seen.add(term)
        link = Markup('<a class="term" href="{}#{}">{}</a>').format(
            url_for("eligibility.glossary"), term, match[0]
        )
        pieces += escape(text[at : match.start()]) + link
        at = match.end()
    return pieces + escape(text[at:])


def forms(term: Term, lang: str) -> tuple[str, ...]:
    """The ways in which a term is written in one language."""
    return (term.term[lang], *(term.also_ko if lang == "ko" else term.also_en))


@lru_cache(maxsize=8)
def _pattern(matter: Matter, lang: str) -> tuple[re.Pattern[str], dict[str, str]] | None:
    meant = {form.casefold(): term.id for term in matter.toml.glossary for form in forms(term, lang)}
    if not meant:
        return None
    longest_first = sorted(meant, key=len, reverse=True)
    either = "|".join(re.escape(form) for form in longest_first)
    # Korean particles follow a word without a blank; in English a term stands between other characters.
    whole = rf"\b(?:{either})\b" if lang == "en" else f"(?:{either})"
    return re.compile(whole, re.IGNORECASE), meant
