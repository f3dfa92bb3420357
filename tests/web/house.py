"""A portal with one of everything in it, copied for each test that may break something, and people who visit it."""

from __future__ import annotations

import hashlib
import itertools
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from portal import create_app, identity
from portal.claims import reminders
from portal.claims import service as claims
from portal.claims.models import Claim, Engagement
from portal.claims.particulars import PersonName, VerifiedContact
from portal.correspondence import enclosures
from portal.correspondence import service as letters
from portal.database import new_id
from portal.evidence import listing, parts
from portal.intake import assisting
from portal.intake.models import ImportRun
from portal.messages import service as messages
from portal.packets import countersigning, handoff, making, reading, sample_people
from portal.review.desk_models import BulkRun
from portal.runtime import Runtime
from portal.screening.models import ConflictCheck, LikelyPair
from portal.settings import Settings
from portal.staff import factors
from portal.staff import service as staff
from portal.staff.models import StaffMember
from portal.takeout.models import ErasureRequest
from portal.trust import service as trust
from portal.trust.judgement import judge
from tests.batches.claims import an_accepted_claim, asked_for, frozen
from tests.conftest import NOW, ROOT, Clock
from tests.packets import paper_scans
from tests.packets.claims import a_picture, a_signed_claim, packets_of, read_everything
from tests.packets.paper_claims import a_print, send_back, sheets
from tests.visitor import Visitor

PEOPLE = ("stranger", "signed", "drafting", "kr", "us", "admin")
CHOICES = {
    "lang": ("ko",),
    "question_id": ("residence",),
    "name": ("name", "address", "harm"),
    "document_id": ("kr-retainer", "us-esign"),
    "jurisdiction": ("kr",),
    "party": ("r1",),
    "whose": ("seal",),
    "kind": ("self",),
    "sheet": ("1",),
    "wanted": ("off",),
    "thing": ("suit",),
    "incident_id": ("i1",),
    "chart_id": ("states", "time"),
    "page": ("1",),
    "step": ("name",),
}
# Addresses whose arguments bear a name that means something else elsewhere.
ITS_OWN = {
    "claims.recognise": {"number": "claim_number"},
    "review.bulk_report": {"run_id": "bulk_id"},
    "intake.step": {"name": "typed_step"},
    "review.redact": {"page": "sheet_of_file"},
}
PASSWORD = "paper lantern over gwanghwamun"
OTHER_DRAFT = sample_people.MINJUN.model_copy(
    update={
        "diary": sample_people.HAYUN.diary,
        "joinder": sample_people.HAYUN.joinder,
        "phrase": "파란 연 1987",
        "name": PersonName(hangul="구름재", passport="GU REUMJAE"),
        "contacts": (VerifiedContact(kind="email", value="reumjae@example.com", verified_at=NOW),),
    }
)


@dataclass(frozen=True)
class House:
    """A furnished installation on disk: what it holds by name, and the cookies that open it."""

    data_dir: Path
    held: dict[str, str]
    cookies: dict[str, tuple[str, str]]


def furnish(folder: Path, migrated: Path) -> House:
    """Two claimants, staff of three kinds, evidence, sealed packets, a batch with a volume."""
    folder.mkdir()
    shutil.copyfile(migrated, folder / "portal.sqlite3")
    app = _application(folder)
    runtime: Runtime = app.extensions["portal"]
    held, cookies = _claims(runtime)
    cookies["stranger"] = ("visit", _answered(app))
    cookies |= {role: ("staff", _staff(runtime, role)) for role in ("kr", "us", "admin")}
    with runtime.database.transaction() as session:
        colleague = staff.find(session, runtime.vault, "kr@staff.example")
        held |= {"member_id": str(colleague.id)}
        # Only posted to, and by nobody but who may: that there is none is answer enough.
        nobodys = ("session_id", "passkey_id", "notice_id", "view_id", "recipient_id", "redaction_id")
        held |= {name: str(new_id()) for name in nobodys}
        for jurisdiction in ("kr", "us"):
            accepted = an_accepted_claim(session, runtime, jurisdiction=jurisdiction, name="연두리")
            if jurisdiction == "kr":
                held |= _work_of_the_desk(session, runtime, colleague, accepted, UUID(held["engagement_id"]))
    batch = frozen(runtime)
    held |= {"number": batch.number, "volume_id": str(asked_for(runtime, batch).id)}
    runtime.close()
    return House(folder, held, cookies)


def _claims(runtime: Runtime) -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
    told = {"diary": sample_people.HAYUN.diary, "joinder": sample_people.HAYUN.joinder}
    signed = a_signed_claim(
        runtime, uploads=(a_picture(),), particulars=sample_people.MINJUN.model_copy(update=told)
    )
    packets = packets_of(runtime, signed)
    for packet in packets:
        making.make(runtime, packet.id)
    with runtime.database.transaction() as session:
        draft = _draft(runtime, session)
        read_everything(session, runtime, runtime.matters.current(), draft)
        entries = reading.reading_list(session, runtime, runtime.matters.current(), draft)
        shown = handoff.shown_in(entries, "kr")
        _row, token = handoff.begin(session, runtime, draft, "kr", shown, "ko", NOW)
        cookies = {
            name: ("claim", identity.open_session(session, runtime.settings, claim.id, NOW))
            for name, claim in (("signed", signed), ("drafting", draft))
        }
    printed = a_print(runtime, draft)
    send_back(runtime, draft, [paper_scans.jpeg(sheets(runtime, printed)[1])])
    with runtime.database.transaction() as session:
        scam = trust.report(
            session, runtime, "택배 지연 안내", judge(runtime.matters.current().matter, "택배 지연 안내"),
            channel="sms", language="ko", now=NOW,
        )  # fmt: skip
        countersigned = countersigning.start(session, "kr", now=NOW, deferred=False)
    enclosure = _letter(runtime, signed)
    with runtime.database.reading() as session:
        claim = session.get_one(Claim, signed.id)
        engagement = claim.engagement("kr")
        file = listing.list_for(session, runtime, signed.id)[0]
        said = messages.of_subject(session, claim.subject_id)
    begun = parts.begin(runtime, signed.id, parts.Announced(file_name="안내.jpg"), 900, NOW)
    assert engagement is not None
    held = {
        "file_id": str(file.id),
        "upload_id": str(begun.id),
        "packet_id": str(packets[0].id),
        "engagement_id": str(engagement.id),
        "claim_number": signed.number,
        "token": token,
        "stop_token": reminders.token_of(runtime.vault, signed.id),
        "message_id": str(said[0].id),
        "print_id": str(printed.id),
        "countersigning_id": str(countersigned.id),
        "scam_id": str(scam.id),
        "enclosure_id": str(enclosure),
    }
    return held, cookies


def _work_of_the_desk(
    session: Session, runtime: Runtime, colleague: StaffMember, accepted: Engagement, other: UUID
) -> dict[str, str]:
    """A likely pair, a conflict check, a list read in, a claim typed in and an act upon many, all of one office."""
    rows = {
        "pair_id": LikelyPair(
            id=new_id(), first_id=other, second_id=accepted.id, kind="person", score=5, reasons=["name", "birth"],
            standing="open", found_at=NOW,
        ),
        "check_id": ConflictCheck(
            id=new_id(), engagement_id=other, lists=[], result="clear", checked_at=NOW
        ),
        "run_id": ImportRun(
            id=new_id(), matter_slug=runtime.settings.matter, file_digest=b"x" * 32, jurisdictions=["kr"],
            begun_at=NOW, finished_at=NOW, done=0, created=0, duplicates=0, refused=0,
        ),
        "bulk_id": BulkRun(
            id=new_id(), staff_id=colleague.id, act="assign", total=0, done=0, failed=0, started_at=NOW,
            finished_at=NOW,
        ),
    }  # fmt: skip
    session.add_all(rows.values())
    talk = assisting.Talk(way="phone", language="ko", phone="+821098765432")
    typed = assisting.begin(
        session, runtime.vault, runtime.matters.current(), talk, sample_people.ANSWERS, ("kr-consumer",),
        colleague.id, NOW,
    )  # fmt: skip
    return {name: str(row.id) for name, row in rows.items()} | {
        "claim_id": str(typed.id), "typed_step": "name", "sheet_of_file": "1",
    }  # fmt: skip


def _letter(runtime: Runtime, signed: Claim) -> UUID:
    """A letter with a picture, and the wish that the claim be erased; answers the picture's id."""
    with runtime.database.reading() as session:
        engagement = session.get_one(Claim, signed.id).engagement("kr")
        assert engagement is not None
        taken = enclosures.take(runtime, engagement, [a_picture()], NOW)
    with runtime.database.transaction() as session:
        found = session.get_one(Claim, signed.id).engagement("kr")
        assert found is not None
        letters.write(session, runtime, found, "문자를 또 받았습니다.", taken, now=NOW)
        session.add(ErasureRequest(id=new_id(), engagement_id=found.id, requested_at=NOW))
    return taken.rows[0].id


def _answered(app: Flask) -> str:
    """The cookie of somebody who has answered the check's questions."""
    visitor = Visitor(app)
    visitor.answer()
    cookie = visitor.client.get_cookie("visit")
    assert cookie
    return cookie.value


def _draft(runtime: Runtime, session: Session) -> Claim:
    matter = runtime.matters.current()
    return claims.begin(
        session,
        runtime.vault,
        matter.matter,
        version_id=matter.version_id,
        subject_id=runtime.vault.new_subject(session, NOW),
        language="ko",
        answers=sample_people.ANSWERS,
        tracks=("kr-consumer", "us-consumer"),
        particulars=OTHER_DRAFT,
        now=NOW,
    )


def _staff(runtime: Runtime, role: str) -> str:
    person = staff.Person(name="서지안", email=f"{role}@staff.example")
    with runtime.database.transaction() as session:
        member = staff.add(
            session, runtime.vault, person, roles=(role,), language="ko", password=PASSWORD, now=NOW
        )
        secret = factors.new_totp_secret()
        assert staff.enrol(session, runtime.vault, member, secret, pyotp.TOTP(secret).at(NOW), NOW)
        return staff.open_session(session, member, NOW)


@dataclass
class Visit:
    """The house opened: ``visit.as_("kr")`` is a browser of that person."""

    app: Flask
    house: House
    tokens: dict[str, str] = field(default_factory=dict)

    def as_(self, who: str) -> FlaskClient:
        """A new browser that holds this person's cookie."""
        client = self.app.test_client()
        if who in self.house.cookies:
            client.set_cookie(*self.house.cookies[who])
        return client

    def token(self, client: FlaskClient) -> str:
        """A form token of this browser, from a page that anybody may open; good as long as its cookie stays."""
        cookie = client.get_cookie("visit")
        if cookie is None or cookie.value not in self.tokens:
            found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/ko/claim/start").text)
            cookie = client.get_cookie("visit")
            assert found
            assert cookie
            self.tokens[cookie.value] = found[1]
        return self.tokens[cookie.value]

    def addresses(self, method: str) -> Iterator[tuple[str, str]]:
        """Every address that takes the method, with its endpoint, filled with what the house holds."""
        for rule in self.app.url_map.iter_rules():
            if method in (rule.methods or ()) and rule.endpoint != "static":
                for path in self._paths(rule):
                    yield rule.endpoint, path

    def _paths(self, rule: Rule) -> Iterator[str]:
        given = {**CHOICES, **{name: (value,) for name, value in self.house.held.items()}}
        given |= {name: (self.house.held[known],) for name, known in ITS_OWN.get(rule.endpoint, {}).items()}
        names = sorted(rule.arguments)
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        for values in itertools.product(*(given[name] for name in names)):
            yield self.app.url_map.bind("localhost").build(
                rule.endpoint, dict(zip(names, values, strict=True)), method
            )

    def print_of_rows(self) -> str:
        """Stands for every row of the database."""
        digest = hashlib.sha256()
        with closing(
            sqlite3.connect(f"file:{self.house.data_dir}/portal.sqlite3?mode=ro", uri=True)
        ) as opened:
            for line in opened.iterdump():
                digest.update(line.encode())
        return digest.hexdigest()


@contextmanager
def open_house(house: House, **settings: Any) -> Iterator[Visit]:
    """The application on this very folder."""
    app = _application(house.data_dir, **settings)
    yield Visit(app, house)
    app.extensions["portal"].close()


def copied(house: House, folder: Path) -> House:
    """The same house elsewhere, to be broken."""
    shutil.copytree(house.data_dir, folder)
    return replace(house, data_dir=folder)


def _application(folder: Path, **settings: Any) -> Flask:
    chosen = {"env": "test", "data_dir": folder, "matters_dir": ROOT / "matters", "rate_limits": False}
    app = create_app(Settings(**{**chosen, **settings}))
    app.testing = True
    app.extensions["portal"] = replace(app.extensions["portal"], clock=Clock())
    return app
