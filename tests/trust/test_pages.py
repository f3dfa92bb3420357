"""The page that judges a message, reports of scams, and the addresses that are ours."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta
from html import unescape

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from flask import Flask
from sqlalchemy import event

from portal.audit import AuditEvent
from portal.runtime import Runtime
from portal.trust import service
from portal.trust.jobs import purge
from portal.trust.judgement import judge
from portal.trust.models import ReportedScam
from portal.vault import VaultError
from tests.conftest import NOW, Clock
from tests.visitor import Visitor, stored_bytes

SMISHING = "[Web발신] 택배 주소 오류로 보류 http://cj-express.top/a?q=1"


def check(visitor: Visitor, text: str) -> str:
    visitor.get("/is-this-ours")
    answer = visitor.post("/is-this-ours", {"text": text})
    assert answer.status_code == 200, answer.status
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.text


def pasted(page: str) -> str:
    """What the page shows of the message, with the tags of the marks left out."""
    found = re.search(r'<pre class="pasted"[^>]*>(.*?)</pre>', page, re.DOTALL)
    assert found
    return found[1]


def test_a_false_delivery_notice_is_named_and_its_link_never_made_one(visitor: Visitor) -> None:
    page = check(visitor, SMISHING)
    assert "<h1>This looks like a known scam.</h1>" in page
    assert "False delivery notices" in page
    assert "cj-express.top" in page
    assert not [link for link in re.findall(r'(?:href|src|action)="([^"]*)"', page) if "cj-express" in link]
    for number in ("112", "118", "reportfraud.ftc.gov", "claims.example"):
        assert number in page


def test_korean_readers_are_answered_in_korean(site: Flask) -> None:
    page = check(Visitor(site), SMISHING)
    assert "알려진 사기 수법과 비슷합니다." in page
    assert "배송을 핑계로 한 사칭" in page
    assert "False delivery" not in page


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("notice@claims.example", "Senders can be forged."),
        ("friend@elsewhere.example.org", "This is not from us."),
        ("see you tomorrow", "We cannot tell whether this is from us."),
    ],
)
def test_verdicts_are_careful(visitor: Visitor, text: str, said: str) -> None:
    assert said in check(visitor, text)


def test_letters_of_another_alphabet_are_shown_for_what_they_are(visitor: Visitor) -> None:
    page = check(visitor, "https://\u0441oupang.com/")
    assert "\u0441oupang.com = xn--oupang-hrf.com” only looks like “coupang.com”" in unescape(page)


HOSTILE = (
    "<script>alert(1)</script>", "</textarea></pre><img src=x onerror=alert(1)>", "{{ 7*7 }}", "${7*7}", "%(num)s %s",
    "'; DROP TABLE claims; --", "=HYPERLINK(1)", "a\r\nSet-Cookie: x=1", "&lt;b&gt;", '"><a href="http://x.top">',
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_code_elsewhere_is_shown_as_it_was_pasted(visitor: Visitor, text: str) -> None:
    page = check(visitor, text)
    assert "<" not in pasted(page)
    assert unescape(pasted(page)) == text.replace("\r\n", "\n")
    again = re.search(r'<textarea name="text"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert again
    assert unescape(again[1]) == text.replace("\r\n", "\n")


def test_characters_that_cannot_be_seen_are_named_and_change_no_direction(visitor: Visitor) -> None:
    page = check(visitor, "pay\u202emoc.evil.top \u200b\x07end")
    for code in ("U+202E", "U+200B", "U+0007"):
        assert f"<mark>{code}</mark>" in page
    assert "\u202e" not in pasted(page)


@pytest.mark.parametrize(("length", "status"), [(10_001, 422), (1_000_000, 422), (3_000_000, 413)])
def test_a_paste_of_a_megabyte_is_refused_kindly(visitor: Visitor, length: int, status: int) -> None:
    visitor.get("/is-this-ours")
    answer = visitor.post("/is-this-ours", {"text": "가나다라" + "a" * (length - 4)})
    assert answer.status_code == status
    assert "Paste only the message, up to 10,000 characters." in answer.text
    assert "가나다라" not in answer.text


def test_nothing_pasted_is_asked_again_with_the_reason_beside_it(visitor: Visitor) -> None:
    visitor.get("/is-this-ours")
    answer = visitor.post("/is-this-ours", {"text": " \n "})
    assert answer.status_code == 422
    assert 'id="text-error"' in answer.text


def test_what_is_only_checked_is_kept_nowhere(
    visitor: Visitor, site: Flask, capfd: pytest.CaptureFixture[str]
) -> None:
    runtime: Runtime = site.extensions["portal"]
    statements: list[str] = []
    event.listen(
        runtime.database.engine, "before_cursor_execute", lambda _c, _k, sql, *_r: statements.append(sql)
    )
    check(visitor, "초록고래 확인문자 http://gorae-secret.top")
    cookie = visitor.client.get_cookie("visit")
    assert statements == []
    assert "gorae" not in (cookie.value if cookie else "")
    assert b"gorae-secret" not in stored_bytes(runtime)
    assert "gorae" not in "".join(capfd.readouterr())


def report(visitor: Visitor, text: str, **fields: str) -> str:
    check(visitor, text)
    return visitor.post(
        "/is-this-ours/report", {"text": text, "channel": "sms", "consent": "y", **fields}
    ).text


def rows(runtime: Runtime) -> list[ReportedScam]:
    with runtime.database.reading() as session:
        return list(session.scalars(sa.select(ReportedScam).order_by(ReportedScam.reported_at)))


def test_a_report_is_kept_sealed_without_a_name_and_the_same_text_is_counted(
    visitor: Visitor, site: Flask
) -> None:
    runtime: Runtime = site.extensions["portal"]
    before = len(rows(runtime))
    text = "푸른여우 택배 지연 900101-1234567 http://yeou-secret.top"
    assert "Thank you for reporting it" in report(visitor, text)
    assert "Thank you" in report(Visitor(site, "en"), f"  {text.replace(' ', '  ')}\n", channel="email")
    (scam,) = rows(runtime)[before:]
    assert (scam.times, scam.channel, scam.verdict, scam.signs.split()[0]) == (2, "sms", "scam", "delivery")
    assert b"yeou-secret" not in stored_bytes(runtime)
    with runtime.database.transaction() as session:
        found = service.opened(session, runtime, scam.id, by=service.audit.SYSTEM, now=NOW)
        assert found
        assert "푸른여우" in found[1]
        assert "900101-1234567" not in found[1]
        told = session.scalars(sa.select(AuditEvent).where(AuditEvent.subject_id == scam.id)).all()
    assert [one.action for one in told] == ["scam.reported", "scam.opened"]
    assert all("여우" not in str(one.detail) for one in told)


def test_nothing_is_kept_without_the_box_ticked(visitor: Visitor, site: Flask) -> None:
    runtime: Runtime = site.extensions["portal"]
    before = len(rows(runtime))
    page = report(visitor, "하얀늑대 http://neukdae.top", consent="")
    assert "Tick this box if we may keep the message." in page
    assert "하얀늑대" in pasted(page)
    assert len(rows(runtime)) == before


def test_a_report_is_erased_when_nobody_repeated_it(site: Flask) -> None:
    runtime: Runtime = site.extensions["portal"]
    clock = runtime.clock
    assert isinstance(clock, Clock)
    matter = runtime.matters.current().matter
    with runtime.database.transaction() as session:
        kept = service.report(
            session, runtime, "검은 곰", judge(matter, "검은 곰"), channel="other", language="ko",
            now=clock() - service.KEPT - timedelta(minutes=1),
        )  # fmt: skip
        subject, content = kept.subject_id, kept.content
    purge(runtime)
    assert kept.id not in {one.id for one in rows(runtime)}
    with runtime.database.reading() as session, pytest.raises(VaultError):
        runtime.vault.open(session, subject, "reported scam", content)


# -- what is ours


def test_the_list_of_our_addresses_is_signed_and_names_the_key_that_the_page_shows(visitor: Visitor) -> None:
    content = visitor.client.get("/.well-known/official-senders.json")
    signature = visitor.client.get("/.well-known/official-senders.sig").data
    pem = visitor.client.get("/.well-known/official-senders.pem").data
    key = load_pem_public_key(pem)
    assert isinstance(key, Ed25519PublicKey)
    key.verify(signature, content.data)
    listed = content.get_json()
    assert {one["address"] for one in listed["senders"]} == {
        "notice@claims.example",
        "02-0000-0000",
        "claims.example",
    }
    assert (listed["format"], listed["site"], listed["version"]) == (
        "official-senders/1",
        "claims.example",
        1,
    )
    page = visitor.get("/official").text
    shown = "".join(re.findall(r'<p class="hash">([^<]*)</p>', page)[0].split())
    assert shown == fingerprint_of(key)


def fingerprint_of(key: Ed25519PublicKey) -> str:
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def test_the_page_of_addresses_shows_the_certificate_of_the_seal(visitor: Visitor) -> None:
    page = visitor.get("/official").text
    checked = visitor.get("/verify").text
    fingerprints = ["".join(one.split()) for one in re.findall(r'<p class="hash">([^<]*)</p>', page)]
    assert len(fingerprints) == 2
    assert fingerprints[1] in "".join(checked.split())


def test_security_txt_says_whom_to_tell_and_has_not_expired(visitor: Visitor) -> None:
    answer = visitor.client.get("/.well-known/security.txt")
    assert answer.content_type == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert fields["Contact"].startswith("mailto:")
    assert fields["Canonical"] == "https://claims.example/.well-known/security.txt"
    assert fields["Preferred-Languages"] == "ko, en"
    left = datetime.fromisoformat(fields["Expires"]) - NOW
    assert timedelta(days=30) < left < timedelta(days=365)


def test_every_page_leads_to_the_check_and_to_our_addresses(visitor: Visitor) -> None:
    page = visitor.get("/check/acting").text
    assert 'href="/en/is-this-ours"' in page
    assert 'href="/en/official"' in page
