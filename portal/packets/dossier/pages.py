"""What a dossier says, part by part, as strips; its pages are for a judge first and for an expert at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from portal.matters.bilingual import Text
from portal.packets import formats
from portal.packets.dossier.facts import Dossier, Holder, Revision
from portal.packets.dossier.verbatim import verbatim_strips
from portal.packets.events import Opened
from portal.packets.parts.cover import Entry, entry_strips
from portal.packets.parts.fields import Field, paragraph, two_columns
from portal.packets.parts.told import Cells, Told
from portal.packets.setting.strips import Strip, space
from portal.packets.setting.styles import NOTE, TITLE, Page
from portal.packets.words import filled, word

# The parts of a dossier in order, by their words; the cover comes before them.
PARTS = ("packet", "records", "events", "audit", "keys", "certificates", "check", "canonical")


class Pages(Told):
    """Writes the parts of one dossier."""

    def __init__(self, dossier: Dossier, page: Page) -> None:
        super().__init__(dossier.matter, dossier.jurisdiction, page)
        self.dossier = dossier
        self.newest = dossier.newest

    def cover(self, contents: Sequence[Entry], first_pages: Mapping[str, int]) -> list[Strip]:
        """The letter: which suit, what is proved where, what is inside; page numbers do not change its height."""
        return [
            *self._title("cover"),
            *self.section("dossier.suit", self._suit()),
            *self.table("dossier.questions", _QUESTIONS, list(self._answers(first_pages))),
            *self.heading("cover.contents"),
            *[strip for entry in contents for strip in entry_strips(entry, self.first, self.width)],
            *self.section("dossier.original", self._original()),
            space(8),
            *self._notes("bound", "unmasked", "sealed"),
        ]

    def _title(self, part: str) -> list[Strip]:
        heading, lead = word(f"dossier.{part}.title"), word(f"dossier.{part}.lead")
        return [
            two_columns(heading, self.first, self.width, TITLE, "H1"),
            space(6, bound=True),
            two_columns(lead, self.first, self.width, NOTE),
        ]

    def _notes(self, *names: str) -> Iterator[Strip]:
        for name in names:
            yield two_columns(word(f"dossier.notes.{name}"), self.first, self.width, NOTE)
            yield space(4)

    def _suit(self) -> Iterator[Field]:
        """By the newest record: as it was signed."""
        record = self.newest.record
        for suit in record.get("suits", ()):
            yield Field(word("record.court"), Text(**suit["court"]))
            yield Field(word("record.case"), Text(**suit["case"]))
            yield Field(word("record.defendant"), Text(**suit["defendant"]))
        yield Field(word("record.claimant"), record.get("person", {}).get("name", ""))
        firm = self.matter.counsel(self.jurisdiction)
        yield Field(word("record.counsel"), firm.name)
        yield Field(word("dossier.lawyer"), firm.responsible_lawyer)
        yield Field(word("cover.claim_number"), self.dossier.claim_number)
        home, abroad = self.clocks(self.dossier.made_at)
        yield Field(word("dossier.made"), home, note=abroad)

    def _answers(self, pages: Mapping[str, int]) -> Iterator[Cells]:
        """For each of the court's questions the places that answer it."""
        for question, places in _PROOFS.items():
            asked: Text | str = word(f"dossier.asks.{question}")
            for place in places:
                if place in pages:
                    yield asked, word(f"dossier.proofs.{place}"), str(pages[place])
                    asked = ""

    def _original(self) -> Iterator[Field]:
        newest = self.newest
        revision = filled("page.revision", revision=newest.number)[self.first]
        yield Field(word("record.code"), newest.code, note=f"{revision} · {self.dossier.verify_address}")
        yield Field(word("dossier.file_hash"), formats.grouped(newest.files[-1].sha256, 4))
        yield Field(word("record.sha256"), formats.grouped(newest.sha256, 4))
        if self.dossier.withdrawn_at:
            yield Field(word("receipt.at"), self.home(self.dossier.withdrawn_at))

    def records(self) -> list[Strip]:
        """Each revision's facts, whole, as they stand in its sealed record."""
        strips = self._title("records")
        for revision in self.dossier.revisions:
            strips += self.section(self._named(revision), self._files(revision))
            if record := revision.record:
                strips += self._person(record)
                for act in record["acts"]:
                    strips += self._act(act, len(record["acts"]))
                strips += self._texts(record)
        return strips

    def _named(self, revision: Revision) -> Text:
        kind, number = (
            word(f"dossier.kinds.{revision.kind}"),
            filled("page.revision", revision=revision.number),
        )
        return Text(ko=f"{number.ko}: {kind.ko}", en=f"{number.en}: {kind.en}")

    def _files(self, revision: Revision) -> Iterator[Field]:
        yield Field(word("record.code"), revision.code)
        yield Field(word("dossier.sealed"), *self._moment(revision.sealed_at))
        if revision.sha256:
            yield Field(word("record.sha256"), formats.grouped(revision.sha256, 4))
        for one in revision.files:
            note = f"{self.home(one.made_at)} · {self._short(one.certificate)}"
            yield Field(word(f"dossier.editions.{one.kind}"), formats.grouped(one.sha256, 4), note=note)

    def _short(self, certificate: str) -> str:
        said = filled("dossier.by_certificate", value=f"{certificate[:8]} {certificate[8:16]}…")
        return said[self.first]

    def _moment(self, moment: datetime) -> tuple[str, str]:
        return self.clocks(moment)

    def _person(self, record: Mapping[str, Any]) -> list[Strip]:
        entries = [Field(word("schedule.name"), record["person"]["name"])]
        for one in record["person"]["contacts"]:
            home, abroad = self.clocks(datetime.fromisoformat(one["verified_at"]))
            way = self.both(word("record.method_" + one["method"]))
            note = f"{way} · {home} · {abroad}"
            entries.append(Field(word(f"record.contact_{one['kind']}"), one["value"], note))
        return self.section("record.person", entries)

    def _act(self, act: Mapping[str, Any], total: int) -> list[Strip]:
        title = (
            word("record.act") if total == 1 else filled("record.act_of", number=act["number"], total=total)
        )
        unknown = word("record.unknown")[self.first]
        zone = act["signed_at"]["us_eastern"].rpartition(" ")[2]
        named = [
            self.titles[one["document"]][self.first]
            for one in act["documents"]
            if one["document"] in self.titles
        ]
        entries = [
            Field(word("record.means"), word(f"signature.{act['means']}")),
            Field(word("record.time_kst"), act["signed_at"]["kst"]),
            Field(filled("record.time_eastern", zone=zone), act["signed_at"]["us_eastern"]),
            Field(word("record.place"), formats.country(act["place"])),
            Field(word("record.device"), act["device"] or unknown),
            Field(word("dossier.address"), act["address"] or unknown),
            Field(word("record.signed_documents"), "; ".join(named)),
        ]
        if act["handed_off"]:
            entries.insert(5, Field(word("record.handed_off"), act["handed_off"]))
        if act["strokes"]["sha256"]:
            count = filled("record.stroke_count", count=act["strokes"]["count"])
            entries.append(
                Field(
                    word("dossier.strokes"), formats.grouped(act["strokes"]["sha256"], 4), count[self.first]
                )
            )
        if act["audit_head"]["sha256"]:
            value = formats.grouped(act["audit_head"]["sha256"], 4)
            head = filled("record.audit_value", sequence=act["audit_head"]["sequence"], hash=value)
            entries.append(Field(word("record.audit"), head[self.first]))
        return self.section(title, entries)

    def _texts(self, record: Mapping[str, Any]) -> list[Strip]:
        given = {one["document"]: one["answer"] for one in record["consents"]}
        rows: list[Cells] = []
        for text in record["texts"]:
            said = given.get(text["document"])
            answer = "\n" + self.both(word(f"consent.{said}")) if said else ""
            hashes = text["signed_sha256"] or text["printed_sha256"]
            lines = "\n".join(
                f"{lang}: {formats.grouped(hashes[lang], 4)}" for lang in (self.first, self.second)
            )
            rows.append((Text(**text["title"]), self._read(text) + answer, lines))
        columns = [("record.document", 2.9), ("record.read", 3.4), ("record.hash", 4.5)]
        return self.table("record.texts", columns, rows)

    def _read(self, text: Mapping[str, Any]) -> str:
        if not text["opened_at"]:
            return word("record.unread")[self.first]
        at = self.home(datetime.fromisoformat(text["opened_at"]))
        opened = filled("record.opened", time=at, seconds=text["seconds_open"])[self.first]
        return f"{text['matter_version']}\n{opened}"

    def events(self) -> list[Strip]:
        """Each record that was appended, whole."""
        strips = self._title("events")
        for one in self.dossier.events:
            strips += self.section(self._happened(one), self._event(one))
        if not self.dossier.events:
            strips += [space(8), two_columns(word("dossier.events.none"), self.first, self.width, NOTE)]
        return strips

    def _happened(self, one: Opened) -> Text:
        kind = word(f"events.kinds.{one.event.kind}")
        return Text(ko=f"{one.event.sequence}. {kind.ko}", en=f"{one.event.sequence}. {kind.en}")

    def _event(self, one: Opened) -> Iterator[Field]:
        yield Field(word("record.when"), *self._moment(one.event.at))
        yield Field(word("record.happened"), one.event.text[self.first], note=one.event.text[self.second])
        for name in ("sha256", "record_sha256", "certificate"):
            if value := one.record["details"].get(name):
                yield Field(word(f"dossier.event_{name}"), formats.grouped(str(value), 4))
        yield Field(word("record.event_hash"), formats.grouped(one.event.sha256, 4))
        yield Field(word("dossier.previous"), formats.grouped(one.record["previous"], 4))

    def audit(self) -> list[Strip]:
        """The claim's part of the audit chain and the signed statements about its head."""
        trail = self.dossier.trail
        state = word("dossier.audit.holds" if trail.holds else "dossier.audit.broken")
        entries = [
            Field(word("dossier.audit.state"), state),
            Field(word("dossier.audit.head"), formats.grouped(trail.sha256, 4), str(trail.sequence)),
        ]
        if trail.checkpoint is not None and trail.checkpoint_at:
            note = f"{trail.checkpoint} · {self.home(trail.checkpoint_at)}"
            entries += [
                Field(word("dossier.audit.checkpoint"), formats.grouped(trail.checkpoint_sha256, 4), note),
                Field(word("dossier.audit.signature"), formats.grouped(trail.checkpoint_signature, 4)),
            ]
        entries.append(Field(word("dossier.audit.key"), formats.grouped(trail.public_key, 4)))
        rows: list[Cells] = [
            (
                str(one.sequence),
                self.home(one.at),
                f"{self.both(_action(one.action))}\n{self.both(word(f'dossier.actors.{one.actor}'))}",
                f"{formats.grouped(one.previous, 4)}\n→ {formats.grouped(one.sha256, 4)}",
            )
            for one in trail.events
        ]
        columns = [
            ("chain.step", 0.8), ("record.when", 2.2), ("record.happened", 3.4), ("dossier.audit.hashes", 4.6)
        ]  # fmt: skip
        return [
            *self._title("audit"),
            *self.section("dossier.audit.ends", entries),
            *self.table("dossier.audit.lines", columns, rows),
        ]

    def keys(self) -> list[Strip]:
        """The certificates in the newest packet's signatures."""
        strips = self._title("keys")
        for role, group in groupby(self.dossier.holders, key=lambda one: one.role):
            for holder in group:
                strips += self.section(f"dossier.roles.{role}", self._holder(holder))
        return strips

    def _holder(self, holder: Holder) -> Iterator[Field]:
        valid = f"{self.home(holder.valid_from)} – {self.home(holder.valid_until)}"
        yield Field(word("dossier.subject"), holder.subject)
        yield Field(word("dossier.issuer"), holder.issuer)
        yield Field(word("dossier.serial"), holder.serial)
        yield Field(word("dossier.fingerprint"), formats.grouped(holder.sha256, 4))
        yield Field(word("dossier.valid"), valid)

    def certificates(self) -> list[Strip]:
        """The certificates about the signer, each with how it stands today; their pages follow."""
        rows: list[Cells] = []
        for one in self.dossier.certificates:
            issued = formats.legal_date(one.file.dated, self.first) if one.file.dated else ""
            until = formats.legal_date(one.expires, self.first) if one.expires else ""
            stands = word(f"dossier.stands.{one.standing.value.replace('-', '_')}")
            dates = "\n".join(
                filled(path, date=day)[self.first]
                for path, day in (("record.issued", issued), ("dossier.until", until))
                if day
            )
            rows.append(
                (
                    one.file.kind.name,
                    f"{self.both(stands)}\n{dates}".strip(),
                    formats.grouped(one.file.sha256, 4),
                )
            )
        columns = [("record.document", 3.0), ("dossier.standing", 3.2), ("record.file_hash", 4.6)]
        return (
            [*self._title("certificates"), *self.table("record.attachments", columns, rows)] if rows else []
        )

    def check(self) -> list[Strip]:
        """How to verify without the portal, step by step."""
        strips = self._title("check")
        newest = self.newest
        values = {
            "address": self.dossier.verify_address,
            "code": newest.code,
            "hash": newest.files[-1].sha256,
            "record": newest.sha256,
        }
        for step in ("public", "hash", "pdfsig", "openssl", "record", "audit"):
            text = word(f"dossier.steps.{step}")
            strips += [space(8), two_columns(text, self.first, self.width, NOTE)]
            if command := _COMMANDS.get(step):
                strips += paragraph(command.format(**values), NOTE.with_(face="sans"), self.width, x=14)
        return strips

    def canonical(self) -> list[Strip]:
        """Everything that was hashed, character by character."""
        strips = self._title("canonical")
        for revision in self.dossier.revisions:
            if revision.canonical:
                strips += self._verbatim(self._named(revision), revision.canonical.decode())
        for one in self.dossier.events:
            strips += self._verbatim(self._happened(one), one.canonical.decode())
        strips += self.heading("dossier.audit.lines")
        for line in self.dossier.trail.events:
            strips += [space(4), *verbatim_strips(line.canonical, self.width)]
        return strips

    def _verbatim(self, heading: Text, text: str) -> list[Strip]:
        return [*self.heading(heading), *verbatim_strips(text, self.width)]


def _action(code: str) -> Text:
    """What happened, in words; what has none yet stands as it is recorded."""
    try:
        return word(f"dossier.actions.{code.replace('.', '_')}")
    except KeyError:
        return Text(ko=code, en=code)


_QUESTIONS = [("dossier.question", 3.0), ("dossier.proof", 6.4), ("dossier.page", 1.2)]
# What proves what, by the word of the question and of the place.
_PROOFS = {
    "person": ("records", "record", "certificates"),
    "text": ("packet", "texts"),
    "suit": ("power", "chain"),
    "since": ("events", "audit"),
}
_COMMANDS = {
    "public": "{address}  ·  {code}",
    "hash": "sha256sum packet.pdf  →  {hash}",
    "pdfsig": "pdfsig packet.pdf",
    "openssl": "openssl x509 -in certificate.pem -noout -fingerprint -sha256",
    "record": "sha256sum record.json  →  {record}",
}
