"""What a file is stands in its content; its name may be wrong in harmless ways only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.evidence.inspect import MediaType, check_agrees, identify
from portal.evidence.refusals import Disguised, Empty, NotAccepted
from tests.evidence import hostile


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (hostile.a_photo(), MediaType.JPEG),
        (hostile.a_photo(form="PNG"), MediaType.PNG),
        (hostile.a_photo(form="WEBP"), MediaType.WEBP),
        (hostile.a_heic(), MediaType.HEIC),
        (hostile.a_pdf(), MediaType.PDF),
        (b"\r\n" + hostile.a_pdf(), MediaType.PDF),
    ],
)
def test_accepted_kinds_are_known_by_their_content(content: bytes, media_type: MediaType) -> None:
    assert identify(content) is media_type


@pytest.mark.parametrize("name", hostile.REFUSED_KINDS)
def test_other_kinds_are_refused_by_their_content(name: str) -> None:
    with pytest.raises(NotAccepted):
        identify(hostile.REFUSED_KINDS[name])


def test_a_file_without_bytes_is_called_empty() -> None:
    with pytest.raises(Empty):
        identify(b"")


@pytest.mark.parametrize(
    ("media_type", "name", "declared"),
    [
        (MediaType.HEIC, "IMG_0042.jpg", "image/jpeg"),  # what iPhones and messengers do
        (MediaType.JPEG, "KakaoTalk_Photo.PNG", "image/png"),
        (MediaType.PNG, "스크린샷", ""),
        (MediaType.JPEG, "영수증 2025.11", "application/octet-stream"),
        (MediaType.JPEG, "29. 11월 주문", "image/jpeg"),
        (MediaType.PDF, "카드 명세서.PDF", "application/pdf; charset=binary"),
    ],
)
def test_names_that_are_wrong_harmlessly_are_taken(media_type: MediaType, name: str, declared: str) -> None:
    check_agrees(media_type, name, declared)


@pytest.mark.parametrize(
    ("media_type", "name", "declared"),
    [
        (MediaType.JPEG, "photo.jpg.exe", "image/jpeg"),
        (MediaType.JPEG, "photo.html", "image/jpeg"),
        (MediaType.JPEG, "photo.jpg", "text/html"),
        (MediaType.JPEG, "photo.svg", "image/svg+xml"),
        (MediaType.JPEG, "statement.pdf", "application/pdf"),
        (MediaType.PDF, "statement.jpg", "image/jpeg"),
        (MediaType.PDF, "statement.hta", ""),
        (MediaType.PNG, "letter.docx", ""),
    ],
)
def test_names_that_promise_another_thing_are_refused(
    media_type: MediaType, name: str, declared: str
) -> None:
    with pytest.raises(Disguised):
        check_agrees(media_type, name, declared)


@given(st.binary(max_size=600))
def test_no_bytes_break_the_first_look(content: bytes) -> None:
    try:
        assert isinstance(identify(content), MediaType)
    except (Empty, NotAccepted):
        assert not content.startswith((b"%PDF-", b"\x89PNG\r\n\x1a\n\0\0"))


@given(st.text(max_size=80), st.text(max_size=40), st.sampled_from(MediaType))
def test_no_name_breaks_the_comparison(name: str, declared: str, media_type: MediaType) -> None:
    try:
        check_agrees(media_type, name, declared)
    except Disguised:
        assert declared or "." in name
