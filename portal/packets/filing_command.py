"""`portal packet filing`: the files that counsel hands to a court, cut from a claim's sealed packets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import click
import sqlalchemy as sa

from portal.claims.models import Claim, Engagement
from portal.claims.numbers import read_number
from portal.claims.states import ClaimState
from portal.errors import PortalError
from portal.matters.model import jurisdiction_of
from portal.packets import filing, service
from portal.packets.filing import CourtFile, Source
from portal.packets.models import Packet, PacketKind, PacketState
from portal.runtime import Runtime


class NothingToFile(PortalError):
    """The claim has no sealed packet of a mandate that stands."""


@dataclass(frozen=True)
class Cut:
    """The files of one packet, and the list of them in the language of its court."""

    source: Source
    files: tuple[CourtFile, ...]
    language: str


@click.command("filing")
@click.argument("claim")
@click.option("--output", required=True, type=click.Path(file_okay=False, path_type=Path),
              help="folder for the files; each country has a folder of its own in it")  # fmt: skip
@click.pass_obj
def filing_command(runtime: Runtime, claim: str, output: Path) -> None:
    """Cut CLAIM's newest sealed packets into the files a court takes, with an index of their hashes."""
    for packet_id in _newest(runtime, claim):
        cut = cut_packet(runtime, packet_id)
        folder = output / cut.source.jurisdiction
        _write(folder, cut)
        size = sum(len(one.data) for one in cut.files)
        click.echo(f"{folder}: {len(cut.files)} files, {size:,} bytes")
        click.echo(filing.note(cut.source)[cut.language])


def cut_packet(runtime: Runtime, packet_id: UUID) -> Cut:
    """The court's files of one sealed packet. Raises `filing.PageTooLarge`, storage errors and vault errors."""
    with runtime.database.reading() as session:
        packet = session.get_one(Packet, packet_id)
        data = service.open_packet(session, runtime, packet)
        matter = runtime.matters.by_id(packet.matter_version_id).matter
        tracks = list(packet.engagement.tracks)
        source = Source(
            claim_number=packet.engagement.claim.number,
            jurisdiction=jurisdiction_of(packet.jurisdiction),
            revision=packet.revision,
            code=packet.code,
            sha256=packet.sha256 or "",
        )
    plan = matter.packets[source.jurisdiction]
    files = tuple(filing.court_files(data, plan, source, filing.largest_file(matter, tracks)))
    return Cut(source, files, plan.governing_language)


def _write(folder: Path, cut: Cut) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for one in cut.files:
        (folder / one.name).write_bytes(one.data)
    (folder / "index.csv").write_bytes(filing.index_csv(cut.files, cut.source, cut.language))
    (folder / "index.json").write_bytes(filing.index_json(cut.files, cut.source))


def _newest(runtime: Runtime, number: str) -> Sequence[UUID]:
    """The newest sealed packet of each mandate that stands. Raises `NothingToFile`."""
    prefix = runtime.matters.current().matter.toml.prefix
    query = (
        sa.select(Packet.id, Packet.engagement_id)
        .join(Engagement, Packet.engagement_id == Engagement.id)
        .join(Claim, Engagement.claim_id == Claim.id)
        .where(Claim.number == read_number(number, prefix), Packet.state == PacketState.SEALED)
        .where(Packet.kind == PacketKind.ENGAGEMENT, Engagement.state != ClaimState.WITHDRAWN)
        .order_by(Packet.jurisdiction, Packet.revision)
    )
    with runtime.database.reading() as session:
        newest = {engagement: packet for packet, engagement in session.execute(query)}
    if not newest:
        raise NothingToFile(f"no sealed packet of a mandate that stands for a claim {number}")
    return list(newest.values())
