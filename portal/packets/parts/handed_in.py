"""The receipt of a handing in: what arrived when, what was signed, which files came with it, and what is next."""

from __future__ import annotations

from collections.abc import Iterator

from portal.matters.bilingual import LANGUAGES, Text
from portal.matters.model import DocumentKind, PacketDocument
from portal.packets import formats
from portal.packets.authority import answer_of
from portal.packets.content import Exhibit, PacketContent
from portal.packets.parts.fields import Field, fields, joined, two_columns
from portal.packets.parts.told import Cells, Told
from portal.packets.rows import exhibit_label
from portal.packets.setting.strips import Strip, bind, space
from portal.packets.setting.styles import NOTE, TITLE, Page
from portal.packets.words import filled, word

_STEPS = ("packet", "review", "answer", "reach")


def handed_in_strips(content: PacketContent, page: Page, sha256: str) -> list[Strip]:
    """The receipt over the whole width; `sha256` is that of the record kept sealed with it."""
    receipt = _Receipt(content, page)
    return [
        two_columns(word("handed_in.title"), receipt.first, page.measure, TITLE, "H1"),
        space(6, bound=True),
        two_columns(receipt.said(), receipt.first, page.measure, NOTE),
        space(8),
        *fields(receipt.facts(), receipt.first, page.measure),
        *receipt.documents(),
        *receipt.files(),
        *receipt.following(),
        *receipt.check(sha256),
    ]


class _Receipt(Told):
    def __init__(self, content: PacketContent, page: Page) -> None:
        super().__init__(content.matter, content.jurisdiction, page)
        self.content = content
        self.firm = content.matter.counsel(content.jurisdiction)

    def said(self) -> Text:
        """The sentence, the same for everybody: who and when stand in the rows below it."""
        return Text(**{lang: filled("handed_in.said", firm=self.firm.name[lang])[lang] for lang in LANGUAGES})

    def facts(self) -> Iterator[Field]:
        """Whose claim it is, and when it was received."""
        content = self.content
        home, abroad = self.clocks(content.act.signed_at)
        yield Field(word("cover.claim_number"), content.claim_number)
        yield Field(word("cover.claimant"), content.full_name)
        for act in content.signers if content.act.capacity != "self" else ():
            at, also = self.clocks(act.signed_at)
            yield Field(word(f"capacity.{act.capacity}"), content.signer_name(act), f"{at} · {also}")
        yield Field(word("cover.tracks"), joined(self.matter.track(one).name for one in content.tracks))
        yield Field(word("cover.counsel"), self.firm.name)
        yield Field(word("handed_in.at"), home, note=abroad)

    def documents(self) -> list[Strip]:
        """Each document that was signed, by the hash of its governing text."""
        columns = [("record.document", 4.0), ("record.answer", 1.6), ("record.hash", 5.0)]
        rows = [(one.title, self._answer(one), self._hash(one.id)) for one in self.content.documents]
        return self.table("handed_in.documents", columns, rows)

    def _answer(self, document: PacketDocument) -> Text:
        """Signed; or of a consent whether it was given."""
        if document.kind is not DocumentKind.CONSENT:
            return word("handed_in.signed")
        return word(f"consent.{answer_of(self.content, document.id)}")

    def _hash(self, document_id: str) -> str:
        """Of the governing text; the record of the packet has that of the translation as well."""
        return formats.grouped(self.content.text(document_id, self.first).text_hash, 4)

    def files(self) -> list[Strip]:
        """Each file that was there when it was handed in, by the title that it was given."""
        columns = [("handed_in.file", 4.0), ("record.received", 2.6), ("exhibits.hash", 4.0)]
        given = [*self.content.exhibits, *self.content.attachments]
        rows: list[Cells] = [
            (self._title(one), self.home(one.received_at), formats.grouped(one.sha256, 4)) for one in given
        ]
        if rows:
            return self.table("handed_in.files", columns, rows)
        nothing = two_columns(word("exhibits.none"), self.first, self.width, NOTE)
        return [*self.heading("handed_in.files"), nothing]

    def _title(self, one: Exhibit) -> str:
        if one.kind.authority:
            return one.title
        return f"{exhibit_label(one, self.plan.exhibit_style)[self.first]}\n{one.title}"

    def following(self) -> list[Strip]:
        """What happens next, and what this receipt is not."""
        steps = [word(f"handed_in.steps.{name}") for name in _STEPS]
        said = [
            strip for text in steps for strip in (two_columns(text, self.first, self.width, NOTE), space(3))
        ]
        standing = word(f"cover.{self.content.jurisdiction}.standing")
        return bind(
            [*self.heading("handed_in.next"), *said, two_columns(standing, self.first, self.width, NOTE)]
        )

    def check(self, sha256: str) -> list[Strip]:
        """How anybody finds out whether it is genuine."""
        content = self.content
        demo = f" · {word('page.demo')[self.first]}" if content.sealer.demo else ""
        entries = [
            Field(word("record.code"), content.code, note=content.verify_address),
            Field(word("record.sealer"), f"{content.sealer.name}{demo}"),
            Field(word("handed_in.record"), formats.grouped(sha256, 4)),
        ]
        return bind(
            [
                *self.section("cover.check", entries),
                space(6),
                two_columns(word("handed_in.proves"), self.first, self.width, NOTE),
            ]
        )
