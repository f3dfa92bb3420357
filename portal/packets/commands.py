"""`portal packet`: make a claim's packets again, or prove files genuine without any database."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import click
import sqlalchemy as sa

from portal.claims.models import Claim, Engagement
from portal.claims.numbers import read_number
from portal.errors import PortalError
from portal.packets import service
from portal.packets.certificates import Trust, chains_in, judge, known
from portal.packets.checking_command import check_command
from portal.packets.dossier.command import dossier_command
from portal.packets.filing_command import filing_command
from portal.packets.long_term_commands import countersign, extend
from portal.packets.models import Packet, PacketState
from portal.packets.signer import KeyMissing
from portal.packets.verify import Finding, Verdict
from portal.runtime import Runtime
from portal.settings import Settings


class NoSuchClaim(PortalError):
    """No claim has this number, or it has no packets yet."""


@click.group("packet")
def group() -> None:
    """Signed packets: make and verify."""


group.add_command(check_command)
group.add_command(filing_command)
group.add_command(countersign)
group.add_command(extend)
group.add_command(dossier_command)


@group.command("verify")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--certificate", "certificates", multiple=True, type=click.Path(exists=True, path_type=Path),
              help="PEM file of the firm's seal certificates; default: those in the data folder")  # fmt: skip
@click.option("--counsel-certificate", "counsel", multiple=True, type=click.Path(exists=True, path_type=Path),
              help="PEM file of counsel's certificates, for countersignatures")  # fmt: skip
@click.option("--timestamp-root", "roots", multiple=True, type=click.Path(exists=True, path_type=Path),
              help="PEM file of the roots that timestamps must chain to")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="print one object per file for a program")
def verify_command(
    files: tuple[Path, ...],
    certificates: tuple[Path, ...],
    counsel: tuple[Path, ...],
    roots: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Say of each FILE, and of each PDF in a folder, whether it is a packet of ours, unchanged.

    Needs no database and no settings where --certificate is given. Exit code 0: all are genuine; 1: some are not;
    2: the command was not understood, or there was nothing to verify or to verify by.
    """
    trust, found = _trust(certificates, counsel, roots), Counter[str]()
    for path in _pdfs(files):
        verdict = _verdict(path, trust)
        found[str(verdict.finding)] += 1
        click.echo(_as_json(path, verdict) if as_json else f"{path}: {verdict.finding} ({verdict.reason})")
    if not found:
        raise click.UsageError("no PDF in these folders")
    if found["appended"] and not trust.counsel and not as_json:
        click.echo(
            "counsel may have signed too: name counsel's certificates with --counsel-certificate", err=True
        )
    if found.total() > 1 and not as_json:
        counted = ", ".join(f"{count} {finding}" for finding, count in sorted(found.items()))
        click.echo(f"{found.total()} files: {counted}")
    raise SystemExit(0 if set(found) == {"genuine"} else 1)


@group.command()
@click.argument("claim")
@click.option("--output", type=click.Path(file_okay=False, path_type=Path),
              help="also write the packets into this folder")  # fmt: skip
@click.pass_obj
def build(runtime: Runtime, claim: str, output: Path | None) -> None:
    """Make the packets of CLAIM (its number) that are not sealed yet, and list all of them."""
    from portal.packets import making

    for packet_id in _packets(runtime, claim, unsealed=True):
        with runtime.database.transaction() as session:
            service.retry(session, session.get_one(Packet, packet_id), runtime.clock())
        with suppress(making.NotMade):  # said below with the others
            making.make(runtime, packet_id)
    failed = False
    for packet_id in _packets(runtime, claim, unsealed=False):
        failed = _list(runtime, packet_id, output) or failed
    raise SystemExit(1 if failed else 0)


def _list(runtime: Runtime, packet_id: UUID, output: Path | None) -> bool:
    """Prints a packet's line and writes its file; True when it could not be made."""
    with runtime.database.reading() as session:
        packet = session.get_one(Packet, packet_id)
        name = service.file_name(packet)
        if packet.state != PacketState.SEALED:
            click.echo(f"{name}: {packet.state} {packet.failure or ''}".rstrip(), err=True)
            return True
        if output:
            output.mkdir(parents=True, exist_ok=True)
            (output / name).write_bytes(service.open_packet(session, runtime, packet))
        click.echo(f"{name}: sealed, {packet.pages} pages, {packet.size} bytes, sha256 {packet.sha256}")
        return False


def _packets(runtime: Runtime, number: str, *, unsealed: bool) -> list[UUID]:
    """Ids of the claim's packets in order. Raises `NoSuchClaim`."""
    prefix = runtime.matters.current().matter.toml.prefix
    query = (
        sa.select(Packet.id, Packet.state)
        .join(Engagement, Packet.engagement_id == Engagement.id)
        .join(Claim, Engagement.claim_id == Claim.id)
        .where(Claim.number == read_number(number, prefix))
        .order_by(Packet.jurisdiction, Packet.revision)
    )
    with runtime.database.reading() as session:
        found = session.execute(query).all()
    if not found:
        raise NoSuchClaim(f"no packets for a claim {number}")
    return [packet_id for packet_id, state in found if not (unsealed and state == PacketState.SEALED)]


def _trust(certificates: tuple[Path, ...], counsel: tuple[Path, ...], roots: tuple[Path, ...]) -> Trust:
    try:
        seals, countersigners, clocks = (
            tuple(chain for path in paths for chain in chains_in(path))
            for paths in (certificates, counsel, roots)
        )
    except KeyMissing as error:
        raise click.UsageError(str(error)) from error
    kept = Trust(()) if seals else known(Settings().data_dir)
    trust = Trust(seals or kept.seals, countersigners or kept.counsel, clocks or kept.timestamps)
    if not trust.seals:
        raise click.UsageError("no certificate to verify with; name one with --certificate")
    return trust


def _verdict(path: Path, trust: Trust) -> Verdict:
    try:
        data = path.read_bytes()
    except OSError as error:
        return Verdict(Finding.UNREADABLE, "", f"the file cannot be opened: {error.strerror}")
    try:
        return judge(data, trust)
    except (MemoryError, RecursionError):
        return Verdict(
            Finding.UNREADABLE, sha256(data).hexdigest(), "the file asks for more than a packet needs"
        )


def _pdfs(files: tuple[Path, ...]) -> Iterator[Path]:
    """The files as named, and every PDF of the folders, in order; a file that cannot be opened is reported as such."""
    for path in files:
        if not path.is_dir():
            yield path
        else:
            yield from sorted(
                one for one in path.rglob("*") if one.suffix.lower() == ".pdf" and one.is_file()
            )


def _as_json(path: Path, verdict: Verdict) -> str:
    """One line for a program, as docs/verify.en.md lists it; times in ISO 8601, empty where nothing is known."""
    found = {"file": str(path), "genuine": verdict.genuine, **asdict(verdict)}
    return json.dumps(found, ensure_ascii=False, default=datetime.isoformat)
