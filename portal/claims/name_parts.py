"""Names as searches compare them: whole, by pairs of syllables, by given name.

What is indexed is a trade: see "What an index reveals" in docs/security.md. A single syllable or a surname alone is
never indexed, for a thief of the database could tell 김 from 이 by how often each occurs.
"""

from __future__ import annotations

import unicodedata

from portal.claims.particulars import PersonName


def normalised_name(name: str) -> str:
    """A name for comparing: composed, case-folded, without spaces, dots, commas and hyphens."""
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())


def hangul_parts(name: str) -> set[str]:
    """Every two neighbouring Hangul syllables: 홍길 and 길동 of 홍길동."""
    return {
        name[at : at + 2]
        for at in range(len(name) - 1)
        if all("가" <= syllable <= "힣" for syllable in name[at : at + 2])
    }


def parts_of(name: PersonName) -> set[tuple[str, str]]:
    """Kind and value of what a name is found by beside the whole of it.

    Of a name in Latin letters its words in any order, and the given name, written together or apart: passports of Korea
    put the surname first.
    """
    keys = {("name_part", part) for part in hangul_parts(normalised_name(name.hangul))}
    words = [word for word in map(normalised_name, name.passport.replace(",", " ").split()) if word]
    if len(words) > 1:
        keys.add(("name_words", " ".join(sorted(words))))
        given = "".join(words[1:])
        if len(given) > 1:
            keys.add(("name_given", given))
    return keys
