"""The sample that shows whether a device opens such files."""

import subprocess
from io import BytesIO

import pikepdf
import pytest

from portal.packets.preview import sample_pdf
from portal.packets.verify import verify
from tests.batches.claims import publish
from tests.needs import program


@pytest.mark.parametrize("jurisdiction", ["kr", "us"])
def test_it_is_one_sound_page_that_claims_no_seal(runtime, tmp_path, jurisdiction):
    matter = publish(runtime).matter
    content = sample_pdf(matter, jurisdiction)
    with pikepdf.open(BytesIO(content)) as pdf:
        assert len(pdf.pages) == 1
        assert "/AcroForm" not in pdf.Root
    path = tmp_path / "sample.pdf"
    path.write_bytes(content)
    subprocess.run([program("qpdf"), "--check", path], check=True, capture_output=True)
    text = subprocess.run(
        [program("pdftotext"), path, "-"], check=True, capture_output=True, text=True
    ).stdout
    assert matter.packets[jurisdiction].documents[0].title["en"] in text
    assert not verify(content, []).genuine
