"""`portal packet`: make a claim's packets again, or prove files genuine without any database."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import click
import sqlalchemy as sa

from portal.claims.models import Claim, Engagement
from portal.claims.numbers import read_number
from portal.errors import PortalError
from portal.packets import service
from portal.packets.models import Packet, PacketState
from portal.packets.signer import Chain, known_chains, read_chain
from portal.packets.verify import Verdict, verify
from portal.runtime import Runtime
from portal.settings import Settings


class NoSuchClaim(PortalError):
    """No claim has this number, or it has no packets yet."""


@click.group("packet")
def group() -> None:
    """Signed packets: make and verify."""


@group.command("verify")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--certificate", "certificates", multiple=True, type=click.Path(exists=True, path_type=Path),
              help="PEM file of the firm's certificate; default: those in the data folder")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="print one object per file for a program")
def verify_command(files: tuple[Path, ...], certificates: tuple[Path, ...], as_json: bool) -> None:
    """Say of each FILE (or each PDF in a folder) whether it is a packet of ours, unchanged; exit 1 if any is not."""
    chains = _chains(certificates)
    genuine = True
    for path in _pdfs(files):
        verdict = verify(path.read_bytes(), chains)
        genuine = genuine and verdict.genuine
        click.echo(_as_json(path, verdict) if as_json else f"{path}: {verdict.finding} ({verdict.reason})")
    raise SystemExit(0 if genuine else 1)


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


def _chains(certificates: tuple[Path, ...]) -> tuple[Chain, ...]:
    chains = tuple(map(read_chain, certificates)) or known_chains(Settings().data_dir)
    if not chains:
        raise PortalError("no certificate to verify with; name one with --certificate")
    return chains


def _pdfs(files: tuple[Path, ...]) -> list[Path]:
    return [one for path in files for one in (sorted(path.rglob("*.pdf")) if path.is_dir() else [path])]


def _as_json(path: Path, verdict: Verdict) -> str:
    found = {
        "file": str(path),
        "genuine": verdict.genuine,
        "finding": verdict.finding,
        "reason": verdict.reason,
    }
    return json.dumps(found | {"signer": verdict.signer, "sha256": verdict.sha256}, ensure_ascii=False)
