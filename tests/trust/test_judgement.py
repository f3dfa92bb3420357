"""What can be said of a pasted message: whose addresses it names, and what it has of known scams."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.matters.folder import read_folder, read_matter
from portal.matters.messages import MESSAGE_PLACEHOLDERS
from portal.trust import lookalikes
from portal.trust.addresses import found, hidden
from portal.trust.judgement import Finding, Verdict, judge
from portal.trust.wording import visible
from tests.conftest import ROOT

MATTER = read_matter(read_folder(ROOT / "matters" / "coupang-2025"))
CYRILLIC = "с" + "oupang.com"  # the first letter is no Latin one
PUNYCODE = f"xn--{CYRILLIC[:-4].encode('punycode').decode()}.com"


def of(text: str) -> Finding:
    return judge(MATTER, text)


SCAMS = {
    "[Web발신] 고객님 택배가 주소 오류로 보류중입니다. 확인: http://cj-express.top/a": {"delivery"},
    "Your parcel is on hold. Confirm your address: https://usps.tracking-help.info": {"delivery"},
    "[KB카드] 해외승인 980,000원 결제. 본인 아닐 시 신고 요망 02-555-0199": {"card"},
    "Card charge of $499.00. Not you? Call +1-800-555-0133": {"card"},
    "법무법인입니다. 쿠팡 소송 참여 인지대 50,000원을 아래 계좌로 입 금 바랍니다": {"deposit"},
    "Law firm: wire the deposit to receive your settlement": {"deposit"},
    "유출 보상금 지급 대상자입니다. 본인 인증 후 신청하기 bit.ly/3xYz": {"compensation", "short-link"},
    "주민등록번호와 인증번호를 회신해 주세요": {"numbers"},
    "상담을 위해 원격 앱 설치를 부탁드립니다 safe.apk": {"app"},
    "070-4321-9876 으로 전화 주세요": {"foreign-number"},
    "+855 12 345 678": {"foreign-number"},
    "006-861-2345-6789": {"foreign-number"},
    f"쿠팡 로그인 https://{CYRILLIC}/login": {"look-alike"},
    f"https://{PUNYCODE}/": {"look-alike"},
    "쿠팡 확인 www.coupang-refund.net": {"look-alike"},
    "coupanq.com": {"look-alike"},
    "https://coupang.com.check-order.xyz/1": {"look-alike"},
    "https://www.coupang.com@evil.example/": {"disguised-link"},
    "http://203.0.113.7/pay": {"numeric-address"},
    "https://c1aims.example/ko/": {"look-alike"},
    "from: notice@claims.example.net": {"look-alike"},
    "법무법인 대륜 안내: https://daeryun-join.top/1": {"our-name"},
    "hxxp://clаims[.]example/login": {"look-alike"},
    "쿠팡 안내 https://pay\u202emoc.evil.top": {"hidden-characters"},
}


@pytest.mark.parametrize("text", SCAMS)
def test_a_known_scam_is_recognised_by_its_signs(text: str) -> None:
    finding = of(text)
    assert finding.verdict is Verdict.SCAM, finding
    assert SCAMS[text] <= set(finding.codes), finding.codes


@pytest.mark.parametrize(
    "text",
    [
        "notice@claims.example", "Notice@Claims.Example", "02-0000-0000", "+82 2 0000 0000", "claims.example",
        "https://claims.example/", "보낸 사람: notice@claims.example", "www.claims.example", "intake-us@firm.example",
        "+1-212-555-0142",
    ],
)  # fmt: skip
def test_our_own_addresses_are_known_yet_never_called_safe(text: str) -> None:
    finding = of(text)
    assert finding.verdict is Verdict.OURS, finding
    assert not finding.others


def test_a_link_to_us_inside_a_message_is_not_how_we_write() -> None:
    finding = of("접수를 마치려면 https://claims.example/ko/claim 에서 확인하십시오")
    assert (finding.verdict, finding.linked_to_us) == (Verdict.UNKNOWN, True)


@pytest.mark.parametrize(
    "text",
    [
        "hello@friend.example.org",
        "https://www.coupang.com/vp/products/1",
        "naver.com",
        "02-1234-5678",
        "03.7.example.co",
    ],
)
def test_addresses_of_others_are_not_ours(text: str) -> None:
    assert of(text).verdict is Verdict.NOT_OURS


@pytest.mark.parametrize(
    "text", ["안녕하세요", "2025. 11. 29. 3,370만 개", "3.5.1", "See you at 5.Then we go.", "😀", "…"]
)
def test_without_an_address_we_say_that_we_cannot_tell(text: str) -> None:
    assert of(text).verdict is Verdict.UNKNOWN


def test_our_own_messages_are_never_called_a_scam() -> None:
    values = {
        "code": "482913", "minutes": "10", "site": "claims.example", "claim_number": "CP-7K3M-9QXA",
        "phrase": "파란 연 1987", "date": "2026. 12. 1.", "counsel": "법무법인 대륜", "text": "-",
        "until": "2026. 12. 31.",
    }  # fmt: skip
    wrong = []
    for kind in MESSAGE_PLACEHOLDERS:
        for lang in ("ko", "en"):
            message = MATTER.message(kind, lang)
            for text in ("\n".join(message.filled(values)), message.sms and message.filled_sms(values)):
                if text and (finding := of(text)).verdict in (Verdict.SCAM, Verdict.NOT_OURS):
                    wrong.append((kind, lang, finding.codes, finding.others))
    assert not wrong


def test_each_scam_of_the_matter_can_be_found() -> None:
    assert {scam.id for scam in MATTER.toml.scams} <= {code for text in SCAMS for code in of(text).codes}


ALPHABET = st.sampled_from(
    [*"aко0.@:/-+ \n", "한", "\u202e", "\u200b", "xn--", "http://", "claims.example", "。", "[", "%"]
)


@given(st.one_of(st.text(max_size=300), st.lists(ALPHABET, max_size=80).map("".join)))
@settings(max_examples=150, deadline=None)
def test_any_text_gets_an_answer_and_is_shown_whole(text: str) -> None:
    finding = of(text)
    assert finding.verdict in Verdict
    assert all(address.written for address in found(text))
    pieces = list(visible(text))
    shown = "".join(chr(int(piece[2:], 16)) if unseen else piece for piece, unseen in pieces)
    assert shown == text
    assert not [piece for piece, unseen in pieces if not unseen and hidden(piece)]


@given(st.sampled_from(["coupang.com", "claims.example"]), st.data())
@settings(max_examples=60, deadline=None)
def test_one_slip_in_a_name_is_noticed(domain: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, domain.index(".") - 1))
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
    slipped = domain[:place] + letter + domain[place + 1 :]
    if slipped != domain:
        assert lookalikes.imitated(slipped, ["claims.example"], ["coupang.com"]) == domain


@pytest.mark.parametrize(
    "text", ["a." * 5_000, "a" * 10_000, "@" * 10_000, "http://" * 1_400, "0" * 10_000, "-" * 10_000, "+1 (" * 2_500,
             "xn--" * 2_500, "가.com" * 2_000, "a-" * 5_000, "www." * 2_500, "\u202e" * 10_000]
)  # fmt: skip
def test_the_longest_text_is_judged_at_once_whatever_it_is_made_of(text: str) -> None:
    start = time.process_time()
    of(text[:10_000])
    assert time.process_time() - start < 1.5
