"""What an operator asks first: is everything there, and is anything stuck?"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from portal import fonts, jobs, migrations
from portal.errors import PortalError
from portal.messages.service import standing
from portal.messages.sms import check_urls, sends_sms
from portal.packets import checking, expiry, extending
from portal.packets.models import Packet, PacketState
from portal.packets.signer import COUNSEL, known_chains, open_firm_key, read_chain
from portal.runtime import Runtime, open_runtime
from portal.settings import Settings

PATIENCE = timedelta(minutes=15)  # a packet pending longer has no worker
MAIL_PATIENCE = timedelta(days=1)  # quiet hours hold a message for eleven hours at most
SHOWN = 5  # claim numbers in one line
ROOM = 2_000_000_000  # bytes that should be free: some twenty of the largest claims


@dataclass(frozen=True)
class Finding:
    """One part of the installation and how it is."""

    part: str
    well: bool
    text: str


def examine(settings: Settings) -> list[Finding]:
    """Look at every part; a part that fails does not keep the others from being looked at."""
    try:
        runtime = open_runtime(settings)
    except PortalError as error:
        return [Finding("settings", False, str(error))]
    try:
        return [
            Finding("settings", True, settings.env),
            *(_look(part, check, runtime) for part, check in _checks()),
        ]
    finally:
        runtime.close()


class Unwell(PortalError):
    """A part is not as it should be."""


def _checks() -> Iterator[tuple[str, Callable[[Runtime], str]]]:
    yield "database", _database
    yield "matter", _matter
    yield "senders", _senders
    yield "keyring", _keyring
    yield "storage", _storage
    yield "disk", _disk
    yield "fonts", _fonts
    yield "seal", _seal
    yield "counsel", _counsel
    yield "timestamps", _timestamps
    yield "jobs", _jobs
    yield "messages", _messages
    yield "packets", _packets
    yield "signed", _signed
    yield "seals", _seals


def _look(part: str, check: Callable[[Runtime], str], runtime: Runtime) -> Finding:
    try:
        return Finding(part, True, check(runtime))
    except (PortalError, OSError) as error:
        return Finding(part, False, str(error))
    except SQLAlchemyError as error:
        return Finding(part, False, f"the database does not answer ({type(error).__name__})")


def _database(runtime: Runtime) -> str:
    if migrations.pending(runtime.database):
        raise Unwell("the schema is older than the program: run `portal migrate`")
    return f"{runtime.database.engine.dialect.name}, schema current"


def _matter(runtime: Runtime) -> str:
    published = runtime.matters.current()
    return f"{published.matter.version_label}, published {published.published_at:%Y-%m-%d}"


def _senders(runtime: Runtime) -> str:
    """People tell our messages from false ones by the matter's list: what we really send from must stand in it."""
    senders, settings = runtime.matters.current().matter.toml.senders, runtime.settings
    real = {"email": settings.mail_from.casefold(), "web": settings.site_address.partition(":")[0].casefold()}
    unlisted = []
    for kind, address in real.items():
        listed = [one.address.casefold() for one in senders if one.kind == kind]
        if listed and address not in listed:
            unlisted.append(address)
    if unlisted and settings.production:
        raise Unwell(f"the matter's senders do not list {', '.join(unlisted)}: messages of ours look false")
    return f"{len(senders)} listed" + (f"; not {', '.join(unlisted)} (demo)" if unlisted else "")


def _keyring(runtime: Runtime) -> str:
    keyring = runtime.vault.keyring
    source = keyring.source
    if source and source.stat().st_mode & 0o077:
        raise Unwell(f"others than its owner can read {source}: chmod 600 {source}")
    return f"{len(keyring.keys)} key(s), current {keyring.current}"


def _storage(runtime: Runtime) -> str:
    written = secrets.token_bytes(64)
    key = runtime.storage.put(written)
    try:
        if runtime.storage.get(key) != written:
            raise Unwell("what was written does not come back")
    finally:
        runtime.storage.delete(key)
    return "writes, reads and deletes"


def _disk(runtime: Runtime) -> str:
    free = shutil.disk_usage(runtime.settings.data_dir).free
    if free < ROOM:
        raise Unwell(f"only {free / 1e9:.1f} GB are free, {ROOM / 1e9:.0f} GB should be")
    return f"{free / 1e9:.0f} GB free"


def _fonts(_runtime: Runtime) -> str:
    if missing := fonts.undrawable("가힣漢A1"):
        raise Unwell(f"the packet fonts cannot draw {missing}")
    return "Hangul and Hanja"


def _seal(runtime: Runtime) -> str:
    key = open_firm_key(runtime.settings)
    _refuse_ending(runtime, "seal")
    return f"{key.sealer.name}, until {key.chain[0].not_valid_after_utc:%Y-%m-%d}"


def _counsel(runtime: Runtime) -> str:
    _refuse_ending(runtime, "counsel")
    return (
        f"{len(known_chains(runtime.settings.data_dir, COUNSEL))} certificate(s) have signed, none ends soon"
    )


def _timestamps(runtime: Runtime) -> str:
    settings, now = runtime.settings, runtime.clock()
    if settings.seal_level != "B-B":
        read_chain(Path(settings.timestamp_roots))
    _refuse_ending(runtime, "timestamps")
    with runtime.database.reading() as session:
        due = len(extending.due(session, now))
    if due:
        raise Unwell(
            f"{due} packets have a timestamp whose certificate ends soon: run `portal packet extend`"
        )
    return "no authority: seals are B-B" if settings.seal_level == "B-B" else settings.seal_level


def _refuse_ending(runtime: Runtime, use: str) -> None:
    for one in expiry.ending(runtime.settings, runtime.clock()):
        if one.use == use:
            raise Unwell(f"the certificate of {one.name} ends on {one.ends:%Y-%m-%d}")


def _messages(runtime: Runtime) -> str:
    check_urls(runtime.settings)
    with runtime.database.reading() as session:
        stand = standing(session)
    waiting = stand.oldest_queued and runtime.clock() - stand.oldest_queued > MAIL_PATIENCE
    if waiting:
        raise Unwell(
            f"{stand.queued} messages wait, the oldest for over {MAIL_PATIENCE.days} day: look for message.not_sent"
        )
    sms = "text messages" if sends_sms(runtime.settings) else "no text messages"
    return f"{stand.queued} wait, {stand.bounced} came back, {stand.failed} not sent; {sms}"


def _jobs(runtime: Runtime) -> str:
    with runtime.database.reading() as session:
        waiting, failed = jobs.waiting(session), jobs.given_up(session)
    if failed:
        newest = failed[0]
        raise Unwell(f"{len(failed)} given up, the newest {newest.name}: {newest.error}")
    return f"{waiting} waiting, none given up"


def _packets(runtime: Runtime) -> str:
    late = Packet.created_at < runtime.clock() - PATIENCE
    query = sa.select(
        sa.func.count().filter(Packet.state == PacketState.FAILED),
        sa.func.count().filter(Packet.state == PacketState.PENDING, late),
    )
    with runtime.database.reading() as session:
        failed, pending = session.execute(query).one()
    if failed or pending:
        raise Unwell(f"{failed} could not be made, {pending} pending for more than {PATIENCE}")
    return "none failed, none late"


def _signed(runtime: Runtime) -> str:
    """Claims that were signed an hour ago or longer and have no sealed packet."""
    with runtime.database.reading() as session:
        found = checking.unmade(session, runtime.clock())
    if found:
        raise Unwell(
            f"{len(found)} signed without a sealed packet: {_some(list(dict.fromkeys(one.number for one in found)))}"
        )
    return "every signature has its sealed packet"


def _seals(runtime: Runtime) -> str:
    """Packets whose seal did not hold when they were last opened, and whether they are opened at all."""
    now = runtime.clock()
    with runtime.database.reading() as session:
        found, last = checking.unsound(session), checking.last_look(session)
        waiting = sa.select(Packet.id).where(
            Packet.state == PacketState.SEALED, Packet.sealed_at < now - checking.OVERDUE
        )
        due = session.scalar(waiting.limit(1)) is not None
    if found:
        raise Unwell(f"{len(found)} without a valid seal: {_some([number for _packet, number in found])}")
    if due and (last is None or last.at < now - checking.OVERDUE):
        raise Unwell("the daily check has not run for two days: is a worker running?")
    return f"all held on {last.at:%Y-%m-%d}, {last.checked} opened" if last else "none to open yet"


def _some(numbers: Sequence[str]) -> str:
    """The first claim numbers, and how many more there are."""
    shown = ", ".join(numbers[:SHOWN])
    return f"{shown} and {len(numbers) - SHOWN} more" if len(numbers) > SHOWN else shown
