"""`portal batch`: freeze accepted claims, export them, verify what was handed over."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import click
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy.orm import Session

from portal.audit import SYSTEM, Actor
from portal.batches import ledger_commands, service, signing
from portal.batches.errors import BatchError
from portal.batches.ledger_commands import how_for, recipient_named
from portal.batches.models import Batch
from portal.batches.parcel import NotAVolume
from portal.batches.sealing_for import SUFFIXES, encrypting
from portal.batches.selection import Criteria, Preview, candidates
from portal.batches.verify import NotSigned, Report, Verdict, verify_all
from portal.claims.numbers import read_number
from portal.errors import PortalError
from portal.runtime import Runtime, signing_key
from portal.settings import Settings
from portal.vault import KeyringError, read_keyring

as_json = click.option("--json", "as_json", is_flag=True, help="print the outcome for a program")
_day = click.DateTime(["%Y-%m-%d"])


class NoSuchBatch(PortalError):
    """No batch has that number."""


class NotAClaimNumber(PortalError):
    """A line of the list is no claim number of this matter."""


@click.group("batch")
def group() -> None:
    """Frozen sets of accepted claims, and the volumes they are handed over in."""


@group.command()
@click.argument("jurisdiction", type=click.Choice(("kr", "us")))
@click.option("--track", help="only claims on this track")
@click.option("--from", "accepted_from", type=_day, help="accepted on this day or later")
@click.option("--to", "accepted_to", type=_day, help="accepted on this day or earlier")
@click.option(
    "--claims", type=click.File(encoding="utf-8-sig"), help="file of claim numbers, one a line; - is stdin"
)
@click.option("--limit", type=click.IntRange(1), help="no more than so many, the longest accepted first")
@click.option("--order", type=click.Choice(("accepted", "number")), default="accepted", show_default=True)
@click.option(
    "--supplement", "supplements", help="number of an earlier batch: only what was signed anew since"
)
@click.option("--dry-run", is_flag=True, help="only say what would happen")
@as_json
@click.pass_obj
def freeze(runtime: Runtime, /, dry_run: bool, as_json: bool, **chosen: Any) -> None:
    """Freeze the accepted claims of JURISDICTION into a batch; claims in earlier batches are never taken again."""
    published = runtime.matters.current()
    criteria = _criteria(published.matter.slug, published.matter.toml.prefix, **chosen)
    with runtime.database.reading() as session:
        preview = candidates(session, published.matter, criteria, shown=20)
    if not as_json:
        _say_blocked(preview)
    if dry_run:
        said = {
            "ready": preview.ready,
            "blocked": {str(why): count for why, count in preview.blocked.items()},
        }
        _say(as_json, said, f"{preview.ready:,} claims would be frozen")
        return
    with runtime.database.transaction() as session:
        batch = service.freeze(session, runtime.vault, published, criteria, actor=SYSTEM, now=runtime.clock())
        said = {"number": batch.number, "claims": batch.claims, "id": str(batch.id)}
    _say(as_json, said, f"{said['number']}: {said['claims']:,} claims frozen")


@group.command()
@click.argument("number")
@click.option("--as", "email", required=True, help="the colleague who approves, not the one who froze it")
@click.option("--code", prompt="Code of the second factor", help="asked for when it is not given")
@click.pass_obj
def approve(runtime: Runtime, number: str, email: str, code: str) -> None:
    """Approve batch NUMBER as the second person; without that it is not exported."""
    from portal.batches.people import approver

    now = runtime.clock()
    with runtime.database.transaction() as session:
        batch = _batch(session, number)
        member = approver(session, runtime.vault, email, code, batch.jurisdiction, now)
    if member is None:
        raise BatchError("nobody with that address and code may approve this batch")
    with runtime.database.transaction() as session:
        service.approve(session, _batch(session, number), actor=Actor("staff", member), now=now)
    click.echo(f"{number} is approved")


@group.command()
@click.argument("number")
@click.option(
    "--to", "folder", required=True, type=click.Path(path_type=Path, file_okay=False), help="folder"
)
@click.option("--purpose", required=True, help="for whom and for what; stands in the manifest")
@click.option(
    "--language",
    type=click.Choice(("ko", "en", "both")),
    default="both",
    show_default=True,
    help="of the register",
)
@click.option("--profile", default="standard", show_default=True, help="what the volume is made of")
@click.option("--recipient", help="name of whom it is for: it is encrypted for them")
@click.option("--replaces", type=int, help="number of the production that it takes the place of")
@as_json
@click.pass_obj
def export(runtime: Runtime, /, number: str, folder: Path, as_json: bool, **asked: Any) -> None:
    """Write batch NUMBER into a folder: plain where no recipient is named, and then for whoever can read the folder."""
    from portal.batches.contents import archive_name
    from portal.batches.export import write_outside

    folder.mkdir(parents=True, exist_ok=True)
    name = archive_name(_named(runtime, number).number)
    with runtime.database.transaction() as session:
        batch = _batch(session, number)
        whom = recipient_named(session, batch, asked.pop("recipient"))
        how = how_for(whom, name)
        if (folder / (name + SUFFIXES[how.form])).exists():
            raise BatchError(f"{folder / name} is there already; nothing was written")
        volume = service.start_export(
            session, runtime, batch, recipient=whom, actor=SYSTEM, now=runtime.clock(), outside=True, **asked
        )
    hidden = as_json or not sys.stderr.isatty()
    with click.progressbar(length=volume.total, label=number, file=sys.stderr, hidden=hidden) as bar:
        told, ending = (lambda _done: bar.update(1)), SUFFIXES[how.form]
        paths = write_outside(runtime, volume, folder, told, lambda out: encrypting(out, how), ending)
    if how.passphrase:
        click.echo(f"passphrase, kept nowhere: {how.passphrase}", err=True)
    size = sum(one.stat().st_size for one in paths)
    said = {"files": [str(one) for one in paths], "packets": volume.total, "size": size}
    _say(as_json, said, f"{', '.join(map(str, paths))}: {volume.total:,} packets, {size:,} bytes")


@group.command("verify")
@click.argument("volume", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--key", type=click.Path(path_type=Path, exists=True), help="the firm's public key (PEM)")
@as_json
def verify_volume(volume: tuple[Path, ...], key: Path | None, as_json: bool) -> None:
    """Say whether VOLUME, a ZIP or the folder it was unpacked into, is what its firm handed over. Works offline.

    A volume in several parts is given with all of them, or as the folder in which they lie.
    Without --key this installation's own key is used. Exit code: 0 intact; 1 something is missing, changed, added or
    out of order; 3 not signed with that key; 4 not a whole volume.
    """
    public = signing.load_public(key.read_bytes()) if key else _own_key()
    try:
        report = _verified(volume, public, hidden=as_json or not sys.stderr.isatty())
    except NotSigned as error:
        _refuse(as_json, Verdict.NOT_SIGNED, str(error))
    except NotAVolume as error:
        _refuse(as_json, Verdict.NOT_A_VOLUME, str(error))
    findings = [{"trouble": str(one.trouble), "file": one.name} for one in report.findings]
    said = {
        "intact": not findings,
        "batch": report.manifest.batch_number,
        "parts": report.parts,
        "findings": findings,
        "line": report.line,
    }
    _say(as_json, said, "\n".join(report.lines), err=bool(findings))
    raise SystemExit(report.verdict)


@group.command("key")
@click.pass_obj
def public_key(runtime: Runtime) -> None:
    """Print the public key that recipients verify volumes with."""
    signer = signing.Signer(signing_key(runtime.vault.keyring), demo=not runtime.settings.production)
    click.echo(signer.public_pem.decode(), nl=False)
    demo = " (a demo key)" if signer.demo else ""
    click.echo(f"fingerprint {signer.described.fingerprint}{demo}", err=True)


group.add_command(ledger_commands.produced)
group.add_command(ledger_commands.show)


@group.command("filed")
@click.argument("number")
@click.pass_obj
def mark_filed(runtime: Runtime, number: str) -> None:
    """Note that counsel filed batch NUMBER or handed it over; its claims become filed and the claimants are told."""
    from portal.batches import jobs  # noqa: F401 - the job must be known to be deferred

    with runtime.database.transaction() as session:
        service.mark_filed(session, _batch(session, number), actor=SYSTEM, now=runtime.clock())
    click.echo(f"{number} is marked as filed")


@group.command("list")
@as_json
@click.pass_obj
def list_batches(runtime: Runtime, as_json: bool) -> None:
    """List all batches, newest first."""
    with runtime.database.reading() as session:
        found = session.scalars(sa.select(Batch).order_by(Batch.id.desc())).all()
    said = [
        {
            "number": one.number,
            "state": str(one.state),
            "claims": one.claims,
            "frozen_at": one.frozen_at.isoformat() if one.frozen_at else None,
            "volumes": len(one.volumes),
        }
        for one in found
    ]
    lines = (
        f"{one.number}  {one.state:7} {one.claims:>9,} claims  {len(one.volumes)} volumes" for one in found
    )
    _say(as_json, said, "\n".join(lines) or "no batches yet")


def _verified(volume: tuple[Path, ...], public: Ed25519PublicKey, *, hidden: bool) -> Report:
    size = sum(one.stat().st_size for one in volume if one.is_file())
    label = volume[0].name
    with click.progressbar(length=size, label=label, file=sys.stderr, hidden=hidden or not size) as bar:
        return verify_all(volume, public, done=bar.update)


def _criteria(
    slug: str,
    prefix: str,
    *,
    jurisdiction: str,
    track: str | None,
    accepted_from: datetime | None,
    accepted_to: datetime | None,
    claims: Any,
    limit: int | None,
    order: Literal["accepted", "number"],
    supplements: str | None,
) -> Criteria:
    return Criteria(
        order=order,
        supplements=supplements.upper() if supplements else None,
        matter=slug,
        jurisdiction=jurisdiction,
        track=track,
        accepted_from=accepted_from.date() if accepted_from else None,
        accepted_to=accepted_to.date() if accepted_to else None,
        numbers=tuple(dict.fromkeys(_read_numbers(claims, prefix))) if claims else (),
        limit=limit,
    )


def _read_numbers(lines: Any, prefix: str) -> list[str]:
    numbers = []
    for at, line in enumerate(lines, 1):
        if not line.strip():
            continue
        number = read_number(line.strip(), prefix)
        if number is None:
            raise NotAClaimNumber(f"line {at} is no claim number: {line.strip()[:30]}")
        numbers.append(number)
    if not numbers:
        raise NotAClaimNumber("the list of claim numbers is empty")
    return numbers


def _own_key() -> Ed25519PublicKey:
    """This installation's key, without making one where none is: a recipient has no keyring."""
    settings = Settings()
    try:
        keyring = read_keyring(settings.keyring, settings.data_dir, create=False)
    except KeyringError as error:
        raise click.UsageError("name the firm's public key with --key FILE") from error
    return signing_key(keyring).public_key()


def _named(runtime: Runtime, number: str) -> Batch:
    with runtime.database.reading() as session:
        return _batch(session, number)


def _batch(session: Session, number: str) -> Batch:
    found = session.scalars(sa.select(Batch).where(Batch.number == number.upper())).one_or_none()
    if found is None:
        raise NoSuchBatch(f"no batch is numbered {number}")
    return found


def _say_blocked(preview: Preview) -> None:
    for why, count in preview.blocked.items():
        numbers = [one.number for one in preview.first_blocked if one.blocker is why][:5]
        more = ["…"] if count > len(numbers) else []
        reason = str(why).replace("_", " ")
        click.echo(f"left out, {reason}: {count:,} ({', '.join([*numbers, *more])})", err=True)


def _refuse(as_json: bool, verdict: Verdict, line: str) -> None:
    _say(as_json, {"intact": False, "findings": [], "line": line}, line, err=True)
    raise SystemExit(verdict)


def _say(as_json: bool, said: object, line: str, *, err: bool = False) -> None:
    click.echo(json.dumps(said, ensure_ascii=False) if as_json else line, err=err and not as_json)
