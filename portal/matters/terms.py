"""terms.toml: a matter's defined terms in both languages, and the differences that its author stands by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from portal.matters.bilingual import Language, NonEmpty, Part
from portal.matters.drift.citations import Names


class Term(Part):
    """A defined term: where a text of one language uses it, the other uses its counterpart.

    `also_ko` and `also_en` answer for it as well, but ask for nothing. A star at the end stands for any ending:
    "withdraw*" covers withdrew not, but withdraws and withdrawal.
    """

    ko: NonEmpty
    en: NonEmpty
    also_ko: tuple[NonEmpty, ...] = ()
    also_en: tuple[NonEmpty, ...] = ()

    def forms(self, language: Language) -> tuple[str, ...]:
        """The term and what may stand for it."""
        return (self.ko, *self.also_ko) if language == "ko" else (self.en, *self.also_en)


class Allowed(Part):
    """A difference that only one language can avoid. `text` is what stands alone, as the check quotes it."""

    file: NonEmpty
    clause: str = ""
    text: NonEmpty
    why: NonEmpty


class TermsToml(Part):
    """The whole of terms.toml, which a matter may leave out."""

    terms: tuple[Term, ...] = ()
    allowed: tuple[Allowed, ...] = ()

    def names(self) -> Names:
        """What articles may be cited from: statutes, rules and documents, by every form that names only one."""
        forms = [form for term in self.terms for form in set(_literal(term))]
        count = Counter(forms)
        return Names({form: term.en for term in self.terms for form in _literal(term) if count[form] == 1})


def _literal(term: Term) -> Iterator[str]:
    for form in (*term.forms("ko"), *term.forms("en")):
        if not form.endswith("*"):
            yield form
