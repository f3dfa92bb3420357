"""A message may name only what it is given when it is queued: otherwise signing or sealing would fail on it."""

import pytest

from portal.matters.bilingual import LANGUAGES
from portal.matters.check import check
from portal.matters.folder import read_folder
from tests.conftest import ROOT

FOLDER = read_folder(ROOT / "matters/coupang-2025")


@pytest.mark.parametrize(
    ("kind", "name"), [("received", "minutes"), ("packets-ready", "counsel"), ("code", "phrase")]
)
def test_a_placeholder_of_another_message_is_refused(kind: str, name: str) -> None:
    added = {
        f"messages/{kind}.{language}.md": FOLDER[f"messages/{kind}.{language}.md"]
        + b"\n{{ %b }}\n" % name.encode()
        for language in LANGUAGES
    }
    told = [str(problem) for problem in check(FOLDER | added)]
    assert len(told) == 2
    assert all(f'the placeholder "{{{{ {name} }}}}" has no value in this message' in one for one in told)
