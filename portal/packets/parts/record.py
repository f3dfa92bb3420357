"""The authority record in print, the last part of every packet: did this person do it, to this text, for this suit?

What is masked here stands whole in the sealed record (`packets.authority`), whose hash is printed at the end. Values of
one claimant are strings, never a `Text`: blocks of both languages are kept for all packets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from portal.claims.act import Reading, SigningAct
from portal.claims.particulars import VerifiedContact
from portal.matters.bilingual import LANGUAGES, Text
from portal.matters.matter import Matter
from portal.matters.model import DocumentKind, Jurisdiction
from portal.packets import formats
from portal.packets.authority import Link, chain
from portal.packets.content import Exhibit, PacketContent
from portal.packets.parts.fields import Field, fields, joined, section_heading, two_columns
from portal.packets.parts.signature import Signatures, signature_picture
from portal.packets.parts.told import Cells, Told
from portal.packets.rows import exhibit_label
from portal.packets.setting.strips import Strip, bind, space
from portal.packets.setting.styles import NOTE, TITLE, Page
from portal.packets.words import filled, word


def record_strips(content: PacketContent, page: Page, form: Signatures, sha256: str) -> list[Strip]:
    """The record as strips over the whole width; `sha256` is that of its canonical JSON."""
    record = _Record(content, page, form, sha256)
    return [
        two_columns(word("record.title"), record.first, page.measure, TITLE, "H1"),
        space(6, bound=True),
        two_columns(word("record.lead"), record.first, page.measure, NOTE),
        *record.person(),
        *record.suit(),
        *record.texts(),
        *record.consents(),
        *record.chain(),
        *record.acts(),
        *record.files("record.exhibits", content.exhibits),
        *record.files("record.attachments", content.attachments),
        *record.answers(),
        *record.decisions(),
        *record.events(),
        *record.integrity(),
    ]


class _Record(Told):
    def __init__(self, content: PacketContent, page: Page, form: Signatures, sha256: str) -> None:
        super().__init__(content.matter, content.jurisdiction, page)
        self.content, self.form, self.sha256 = content, form, sha256

    def person(self) -> list[Strip]:
        """Who claims and who signed, and how each contact was verified."""
        content = self.content
        entries = [Field(word("schedule.name"), content.full_name), *self._contacts(content.own_contacts)]
        strips = self.section("record.person", entries)
        others = [act for act in content.signers if act.capacity != "self"]
        if not others:
            return strips
        signed: list[Field] = []
        for act in others:
            signed.append(Field(word(f"capacity.{act.capacity}"), content.signer_name(act), self._born(act)))
            signed += self._contacts(act.contacts) if act.signer else []
        return [*strips, *self.section("record.signers", signed)]

    def _born(self, act: SigningAct) -> str:
        who = (act.particulars or self.content.particulars).representative(act.signer)
        parts = [who.position] if who and who.position else []
        if who and who.birth_date:
            parts.append(
                f"{word('schedule.birth')[self.first]} {formats.legal_date(who.birth_date, self.first)}"
            )
        return " · ".join(parts)

    def _contacts(self, contacts: Iterable[VerifiedContact]) -> Iterator[Field]:
        for contact in contacts:
            masked = formats.masked_contact(contact.kind, contact.value)
            way = word(f"record.method_{contact.method}")
            home, abroad = self.clocks(contact.verified_at)
            note = f"{self.both(way)} · {home} · {abroad}"
            yield Field(word(f"record.contact_{contact.kind}"), masked, note)

    def suit(self) -> list[Strip]:
        """For which suit: courts, cases and parties."""
        matter, firm = self.content.matter, self.content.matter.counsel(self.content.jurisdiction)
        tracks = [matter.track(one) for one in self.content.tracks]
        lawyer = {lang: f"{firm.name[lang]}, {firm.responsible_lawyer[lang]}" for lang in LANGUAGES}
        entries = [
            Field(word("record.court"), joined(matter.court(one.court).name for one in tracks)),
            Field(word("record.case"), joined(one.case_name for one in tracks)),
            Field(word("record.claimant"), self.content.full_name),
            Field(word("record.defendant"), joined(matter.defendant(one.id) for one in tracks)),
            Field(word("record.counsel"), Text(**lawyer)),
        ]
        return self.section("record.suit", entries)

    def texts(self) -> list[Strip]:
        """Each text signed, by its version and its hash in both languages, with the reading of it."""
        columns = [("record.document", 2.9), ("record.read", 3.4), ("record.hash", 4.5)]
        rows: list[Cells] = []
        for document in self.content.documents:
            acts = self.content.acts_of(document.id)
            readings = [self._reading(act, document.id) for act in acts]
            read = [self._read(one) for one in readings]
            if len(acts) > 1:
                read = [f"{self._short(act)}\n{one}" for act, one in zip(acts, read, strict=True)]
            rows.append((document.title, "\n".join(read), self._hashes(document.id, readings[-1])))
        return self.table("record.texts", columns, rows)

    @staticmethod
    def _reading(act: SigningAct, document_id: str) -> Reading | None:
        return next((one for one in act.readings if one.document == document_id), None)

    def _short(self, act: SigningAct) -> str:
        """A signer's name in the first of its forms, for narrow places."""
        return self.content.signer_name(act).partition(", ")[0]

    def _read(self, reading: Reading | None) -> str:
        if reading is None:
            return word("record.unread")[self.first]
        opened = filled("record.opened", time=self.home(reading.opened_at), seconds=reading.seconds_open)
        return f"{reading.matter_version}\n{opened[self.first]}"

    def _hashes(self, document_id: str, reading: Reading | None) -> Text:
        """As signed; where no reading is on record, as printed. The same in every packet of a version."""
        document = self.content.text
        hashes = reading.text_hashes if reading else {}
        lines = "\n".join(
            f"{lang}: {formats.grouped(hashes.get(lang) or document(document_id, lang).text_hash, 4)}"
            for lang in (self.first, self.second)
        )
        return Text(ko=lines, en=lines)

    def consents(self) -> list[Strip]:
        """Each consent as given or refused."""
        entries = []
        for link in self._links(DocumentKind.CONSENT):
            answer = word(f"consent.{link.answer}")
            at = self.home(link.at) if link.answer != "unanswered" else ""
            note = " · ".join(part for part in (answer[self.second], at) if part)
            entries.append(Field(link.document.title, answer[self.first] + self._by(link), note))
        return self.section("record.consents", entries)

    def _by(self, link: Link) -> str:
        """Who answered what, where several signers did."""
        acts = self.content.acts_of(link.document.id)
        if len(acts) < 2:
            return ""
        answers = [(act, self._reading(act, link.document.id)) for act in acts]
        said = [
            f"{self._short(act)} {word(f'consent.{_given(reading)}')[self.first]}" for act, reading in answers
        ]
        return f" ({', '.join(said)})"

    def _links(self, kind: DocumentKind) -> list[Link]:
        return [link for link in chain(self.content) if link.document.kind is kind]

    def chain(self) -> list[Strip]:
        """How counsel's authority is established, step by step."""
        columns = [
            ("chain.step", 0.7),
            ("record.document", 3.6),
            ("chain.establishes", 3.4),
            ("chain.at", 3.0),
        ]
        rows: list[Cells] = []
        for kind, links in groupby(chain(self.content), key=lambda link: link.document.kind):
            group = list(links)
            titles = joined(link.document.title for link in group)
            rows.append((str(len(rows) + 1), titles, word(f"chain.{kind.value}"), self._effect(kind, group)))
        return self.table("chain.title", columns, rows)

    def _effect(self, kind: DocumentKind, links: list[Link]) -> str:
        last = self.home(max(link.at for link in links))
        if kind is not DocumentKind.CONSENT:
            return f"{self.both(word('chain.signed'))}\n{last}"
        given = sum(link.answer == "given" for link in links)
        counted = filled(
            "chain.answered", given=given, refused=sum(link.answer == "refused" for link in links)
        )
        return f"{self.both(counted)}\n{last}"

    def acts(self) -> list[Strip]:
        """Each act of signing with its circumstances, the newest last."""
        total = len(self.content.acts)
        strips: list[Strip] = []
        for number, act in enumerate(self.content.acts, 1):
            title = word("record.act") if total == 1 else filled("record.act_of", number=number, total=total)
            strips += [*section_heading(title, self.first, self.width), *self._act(act)]
        return strips

    def _act(self, act: SigningAct) -> list[Strip]:
        unknown = word("record.unknown")[self.first]
        zone = act.signed_at.astimezone(formats.NEW_YORK).tzname()
        entries = [
            *self._signer(act),
            Field(word("record.means"), word(f"signature.{act.means}")),
            Field(word("record.time_kst"), formats.clock_time(act.signed_at, formats.SEOUL)),
            Field(
                filled("record.time_eastern", zone=zone), formats.clock_time(act.signed_at, formats.NEW_YORK)
            ),
            *self._session(act),
            Field(word("record.place"), formats.country(act.place)),
            Field(word("record.device"), act.device if act.device not in ("", "unknown") else unknown),
            *([Field(word("record.handed_off"), act.handed_off)] if act.handed_off else []),
            Field(word("record.address"), formats.masked_origin(act.address) or unknown),
            Field(word("record.language"), word(f"languages.{act.language}")),
            *self._documents(act),
            *self._paper(act),
        ]
        if act.strokes:
            entries.append(
                Field(word("record.strokes"), filled("record.stroke_count", count=len(act.strokes)))
            )
        *rows, last = fields(entries, self.first, self.width)
        with_picture = bind([last, space(6), signature_picture(act, self.form)])
        return [*rows, *with_picture]

    def _signer(self, act: SigningAct) -> list[Field]:
        """Who signed, where that is not the claimant for themselves."""
        if act.capacity == "self":
            return []
        capacity = self.both(word(f"capacity.{act.capacity}"))
        return [Field(word("record.signer"), self.content.signer_name(act), capacity)]

    def _session(self, act: SigningAct) -> list[Field]:
        if act.session_began_at is None:
            return []
        home, abroad = self.clocks(act.session_began_at)
        return [Field(word("record.session"), home, note=abroad)]

    def _documents(self, act: SigningAct) -> list[Field]:
        """What an act signed, where several acts signed different documents."""
        if len(self.content.acts) == 1:
            return []
        named = joined(self.titles[one.document] for one in act.readings if one.document in self.titles)
        return [Field(word("record.signed_documents"), named)]

    def _paper(self, act: SigningAct) -> list[Field]:
        """The print that was signed in ink, and that a person looked at what came back."""
        if act.paper is None:
            return []
        sheets = filled("record.paper_sheets", count=len(act.paper.sheets))
        return [
            Field(word("record.paper_code"), act.paper.code, note=self.home(act.paper.printed_at)),
            Field(word("record.paper_hash"), formats.grouped(act.paper.printed_sha256, 4)),
            Field(word("record.paper_checked"), sheets),
        ]

    def files(self, path: str, files: Iterable[Exhibit]) -> list[Strip]:
        """Each file by its hash, as it was received and as it is shown here."""
        named = "exhibits.number" if path == "record.exhibits" else "record.document"
        columns = [(named, 2.6), ("record.received", 2.9), ("record.file_hash", 5.1)]
        rows: list[Cells] = [
            (
                self._label(one),
                self.home(one.received_at),
                f"{word('record.original')[self.first]}: {formats.grouped(one.sha256, 4)}\n"
                f"{self._copy(one)}: {formats.grouped(one.copy_sha256, 4)}",
            )
            for one in files
        ]
        return self.table(path, columns, rows)

    def _copy(self, one: Exhibit) -> str:
        said = word("record.copy")[self.first]
        return f"{said} ({word('exhibits.covered')[self.first]})" if one.covered else said

    def _label(self, one: Exhibit) -> str:
        """An exhibit’s number; a certificate is no exhibit and is called what it is, with its date of issue."""
        if not one.kind.authority:
            return exhibit_label(one, self.plan.exhibit_style)[self.first]
        issued = (
            formats.legal_date(one.dated, self.first) if one.dated else word("exhibits.undated")[self.first]
        )
        return f"{one.kind.name[self.first]}\n{filled('record.issued', date=issued)[self.first]}"

    def answers(self) -> Sequence[Strip]:
        """What the claimant answered, on which the decisions rest."""
        given = tuple(sorted(self.content.answers.items()))
        return _answers(self.matter, self.jurisdiction, self.page, given)

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
        if entries:
            entries.append(Field(word("record.rules"), matter.rules_version))
        return self.section("record.decisions", entries)

    def events(self) -> list[Strip]:
        """What happened before this revision, as the records that were appended."""
        columns = [
            ("chain.step", 0.6),
            ("record.when", 3.2),
            ("record.happened", 3.9),
            ("record.event_hash", 4.1),
        ]
        rows: list[Cells] = [
            (
                str(one.sequence),
                self.home(one.at),
                f"{one.text[self.first]}\n{one.text[self.second]}",
                formats.grouped(one.sha256, 4),
            )
            for one in self.content.events
        ]
        return self.table("record.events", columns, rows)

    def integrity(self) -> list[Strip]:
        """Hashes, the seal, and how anybody can check them."""
        content, act = self.content, self.content.act
        head = word("record.unknown")[self.first]
        if act.audit_hash:
            value = formats.grouped(act.audit_hash, 4)
            head = filled("record.audit_value", sequence=act.audit_sequence, hash=value)[self.first]
        demo = f" · {word('page.demo')[self.first]}" if content.sealer.demo else ""
        entries = [
            Field(word("record.sha256"), formats.grouped(self.sha256, 4)),
            Field(
                word("record.matter_hash"),
                formats.grouped(content.matter.hash, 4),
                content.matter.version_label,
            ),
            Field(word("record.audit"), head),
            Field(word("record.sealer"), f"{content.sealer.name}{demo}"),
            Field(word("record.code"), content.code, note=content.verify_address),
        ]
        # On one page, so that the packet does not end on a page with a line or two.
        return bind(
            [
                *self.section("record.integrity", entries),
                space(8),
                two_columns(word("record.check"), self.first, self.width, NOTE),
                space(4),
                two_columns(word("record.later"), self.first, self.width, NOTE),
            ]
        )


def _given(reading: Reading | None) -> str:
    if reading is None or reading.given is None:
        return "unanswered"
    return "given" if reading.given else "refused"


@lru_cache(64)
def _answers(
    matter: Matter, jurisdiction: Jurisdiction, page: Page, given: tuple[tuple[str, str], ...]
) -> tuple[Strip, ...]:
    """The questions with their answers: most claimants give one of a few sets, and none of them names anybody."""
    told, answers = Told(matter, jurisdiction, page), dict(given)
    rows: list[Cells] = [
        (question.text, option.text)
        for question in matter.questions
        for option in question.options
        if option.value == answers.get(question.id)
    ]
    return tuple(told.table("record.answers", [("record.question", 6.2), ("record.answer", 4.4)], rows))
