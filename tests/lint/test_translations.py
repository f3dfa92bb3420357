"""Every sentence of the interface is there in Korean; in English the sentence is its own key."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
KOREAN = ROOT / "translations" / "ko" / "LC_MESSAGES" / "messages.po"
KEYWORDS = DEFAULT_KEYWORDS | {"_l": None, "__": None, "lazy_gettext": None, "lazy_ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%%")
HANGUL = re.compile(r"[가-힣]")
REMEDY = "run `make translations`, then translate what is empty"


@cache
def used() -> dict[str, str]:
    """Each sentence, and the first file that says it."""
    with open(ROOT / "babel.cfg") as file:
        mapping, options = parse_mapping_cfg(file)
    found: dict[str, str] = {}
    for place, _line, sentence, _comments, _context in extract_from_dir(ROOT, mapping, options, KEYWORDS):
        found.setdefault(sentence if isinstance(sentence, str) else sentence[0], place)
    return found


@cache
def korean() -> Catalog:
    with open(KOREAN, "rb") as file:
        return read_po(file, locale="ko")


def translations(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_sentences_are_found_at_all():
    places = set(used().values())
    assert any(place.endswith(".py") for place in places)
    assert any(place.endswith(".html") for place in places)


def test_every_sentence_has_a_korean_translation():
    missing = []
    for sentence, place in used().items():
        message = korean().get(sentence)
        if message is None or message.fuzzy or not all(translations(message)):
            missing.append(f"{place}: {sentence}")
    assert not missing, f"{len(missing)} sentences lack Korean ({REMEDY}):\n" + "\n".join(missing)


def test_no_translation_is_left_of_a_sentence_nobody_says():
    left = [message.id for message in korean() if message.id and _key(message) not in used()]
    assert not left, f"{REMEDY}: {left}"


def test_translations_keep_the_placeholders():
    broken = []
    for message in korean():
        if message.id:
            wanted = {name for name in PLACEHOLDER.findall(_key(message)) if name}
            broken += [
                text for text in translations(message) if set(PLACEHOLDER.findall(text)) - {""} - wanted
            ]
            broken += [
                text for text in translations(message)[-1:] if not wanted <= set(PLACEHOLDER.findall(text))
            ]
    assert not broken, broken


def test_korean_is_korean():
    foreign = [
        _key(message)
        for message in korean()
        if message.id and re.search(r"[a-z]{3}", PLACEHOLDER.sub("", _key(message)))
        if not any(HANGUL.search(text) for text in translations(message))
    ]
    # Names that are the same in both languages.
    same = {sentence for sentence in foreign if re.fullmatch(r"[\w .,()/+-]{1,24}", sentence)}
    assert set(foreign) <= same, set(foreign) - same


def test_no_korean_sentence_stands_in_code():
    """What readers see belongs to the catalogue or the matter. Invented people may speak, and sources be cited."""
    invented = {"demo", "samples.py", "sample_people.py", "demonstration.py"}
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in sorted((ROOT / "portal").rglob("*.py"))
        if not invented & set(path.parts)
        for line, text in _strings(path.read_text())
        if re.search(r"[가-힣]+(?:\s+[가-힣]+){3,}", text)
    ]
    assert not found


def _strings(source: str) -> Iterator[tuple[int, str]]:
    """The string constants of a module but for its docstrings and the comments of its columns."""
    tree = ast.parse(source)
    aside = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) or (isinstance(node, ast.keyword) and node.arg == "comment"):
            aside.add(node.value)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in aside:
            yield node.lineno, node.value


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]
