"""The authority record: who signed, which texts, how; the last part of every packet."""

from __future__ import annotations

from datetime import datetime

from portal.claims.act import Reading
from portal.matters.bilingual import LANGUAGES, Language, Text
from portal.packets import formats
from portal.packets.content import PacketContent
from portal.packets.parts.exhibits import exhibit_label
from portal.packets.parts.fields import Column, Field, fields, section_heading, table, two_columns
from portal.packets.parts.signature import SignatureForm, signature_picture
from portal.packets.setting.strips import Strip, bind, space
from portal.packets.setting.styles import NOTE, TITLE, Page
from portal.packets.words import filled, other, word

_MEANS = {"drawn": "signature.drawn", "typed": "signature.typed"}


def record_strips(content: PacketContent, page: Page, form: SignatureForm | None) -> list[Strip]:
    """The record as strips over the whole width."""
    record = _Record(content, page, form)
    return [
        two_columns(word("record.title"), record.first, page.measure, TITLE, "H1"),
        space(6, bound=True),
        two_columns(word("record.lead"), record.first, page.measure, NOTE),
        *record.person(),
        *record.texts(),
        *record.consents(),
        *record.exhibits(),
        *record.signing(),
        *record.decisions(),
        *record.integrity(),
    ]


class _Record:
    def __init__(self, content: PacketContent, page: Page, form: SignatureForm | None) -> None:
        self.content, self.act, self.width, self.form = content, content.act, page.measure, form
        self.first: Language = content.matter.packets[content.jurisdiction].governing_language
        self.second: Language = other(self.first)

    def _section(self, path: str) -> tuple[Strip, ...]:
        return section_heading(word(path), self.first, self.width)

    def _both_clocks(self, path: str, moment: datetime) -> Field:
        times = [formats.clock_time(moment, zone) for zone in (formats.SEOUL, formats.NEW_YORK)]
        return Field(word(path), times[0], note=times[1])

    def person(self) -> list[Strip]:
        name = self.content.particulars.name
        entries = [Field(word("schedule.name"), formats.full_name(name) if name else "")]
        for contact in self.act.contacts:
            masked = formats.masked_contact(contact.kind, contact.value)
            proof = filled(f"record.contact_{contact.kind}", value=masked)
            proved = formats.clock_time(contact.verified_at, formats.SEOUL)
            entries.append(
                Field(word("record.contact"), proof[self.first], f"{proof[self.second]} · {proved}")
            )
        return [*self._section("record.person"), *fields(entries, self.first, self.width)]

    def texts(self) -> list[Strip]:
        """Each text signed, by its hash in both languages, with the reading of it."""
        columns = [
            Column(word("record.document"), 3.1),
            Column(word("record.read"), 2.9),
            Column(word("record.hash"), 4.6),
        ]
        rows = []
        readings = {reading.document: reading for reading in self.act.readings}
        for document in self.content.matter.documents_for(self.content.jurisdiction, self.content.tracks):
            lines = "\n".join(
                f"{lang}: {formats.grouped(self.content.matter.document(document.id, lang).text_hash, 4)}"
                for lang in (self.first, self.second)
            )
            hashes = Text(ko=lines, en=lines)  # the same in every packet of this version
            rows.append((document.title, self._read(readings.get(document.id)), hashes))
        return [*self._section("record.texts"), *table(columns, rows, self.first, self.width)]

    def _read(self, reading: Reading | None) -> str:
        if reading is None:
            return word("record.unread")[self.first]
        opened = formats.clock_time(reading.opened_at, formats.SEOUL)
        return filled("record.opened", time=opened, seconds=reading.seconds_open)[self.first]

    def consents(self) -> list[Strip]:
        """Each consent as given or refused."""
        plan = self.content.matter.packets[self.content.jurisdiction]
        titles = {document.id: document.title for document in plan.documents}
        entries = []
        for reading in self.act.readings:
            if reading.given is None or reading.jurisdiction != self.content.jurisdiction:
                continue
            answer = word("consent.given" if reading.given else "consent.refused")
            at = formats.clock_time(reading.confirmed_at, formats.SEOUL) if reading.confirmed_at else ""
            note = " · ".join(part for part in (answer[self.second], at) if part)
            entries.append(Field(titles[reading.document], answer[self.first], note))
        return (
            [*self._section("record.consents"), *fields(entries, self.first, self.width)] if entries else []
        )

    def exhibits(self) -> list[Strip]:
        """Each file by its hash, as it was received and as it is shown here."""
        if not self.content.exhibits:
            return []
        style = self.content.matter.packets[self.content.jurisdiction].exhibit_style
        columns = [
            Column(word("exhibits.number"), 3.1),
            Column(word("record.received"), 2.9),
            Column(word("record.file_hash"), 4.6),
        ]
        rows = [
            (
                exhibit_label(one, style)[self.first],
                formats.clock_time(one.received_at, formats.SEOUL),
                f"{word('record.original')[self.first]}: {formats.grouped(one.sha256, 4)}\n"
                f"{word('record.copy')[self.first]}: {formats.grouped(one.copy_sha256, 4)}",
            )
            for one in self.content.exhibits
        ]
        return [*self._section("record.exhibits"), *table(columns, rows, self.first, self.width)]

    def signing(self) -> list[Strip]:
        act, unknown = self.act, word("record.unknown")[self.first]
        entries = [
            Field(word("record.means"), word(_MEANS[act.means])),
            Field(word("record.time_kst"), formats.clock_time(act.signed_at, formats.SEOUL)),
            Field(word("record.time_new_york"), formats.clock_time(act.signed_at, formats.NEW_YORK)),
            Field(word("record.place"), formats.country(act.place)),
            Field(word("record.device"), act.device or unknown),
            Field(word("record.address"), formats.masked_origin(act.address) or unknown),
            Field(word("record.language"), word(f"languages.{act.language}")),
        ]
        if act.session_began_at:
            entries.insert(3, self._both_clocks("record.session", act.session_began_at))
        if act.strokes:
            entries.append(
                Field(word("record.strokes"), filled("record.stroke_count", count=len(act.strokes)))
            )
        *rows, last = fields(entries, self.first, self.width)
        with_picture = bind([last, space(6), signature_picture(act, self.form)])
        return [*self._section("record.act"), *rows, *with_picture]

    def decisions(self) -> list[Strip]:
        """Each track's outcome with its reasons in the words of the rules."""
        matter = self.content.matter
        known = {rule.id: rule.reason for rule in matter.rules.rules}
        entries = []
        for decision in self.content.decisions:
            outcome = word(f"outcomes.{decision.outcome}")
            reasons = [known.get(code) or word("outcomes.incomplete") for code in decision.reasons]
            said = {lang: " ".join(reason[lang] for reason in reasons) for lang in LANGUAGES}
            shown = Text(ko=f"{outcome.ko}. {said['ko']}", en=f"{outcome.en}. {said['en']}")
            entries.append(Field(matter.track(decision.track).name, shown))
        if not entries:
            return []
        entries.append(Field(word("record.rules"), matter.rules_version))
        return [*self._section("record.decisions"), *fields(entries, self.first, self.width)]

    def integrity(self) -> list[Strip]:
        content, act = self.content, self.act
        audit = word("record.unknown")
        if act.audit_hash:
            audit = filled(
                "record.audit_value", sequence=act.audit_sequence, hash=formats.grouped(act.audit_hash, 4)
            )
        demo = f" · {word('page.demo')[self.first]}" if content.sealer.demo else ""
        entries = [
            Field(
                word("record.matter_hash"),
                formats.grouped(content.matter.hash, 4),
                note=content.matter.version_label,
            ),
            Field(word("record.audit"), audit[self.first]),
            Field(word("record.sealer"), f"{content.sealer.name}{demo}"),
        ]
        return [
            *self._section("record.integrity"),
            *fields(entries, self.first, self.width),
            space(8),
            two_columns(word("record.later"), self.first, self.width, NOTE),
        ]
