"""A process of the portal that is killed at a chosen moment: `python -m tests.faults.dies sign|work DATA_DIR …`."""

import os
import signal
import sys
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa

from portal import jobs
from portal.runtime import Runtime, open_runtime
from portal.settings import Settings
from tests.conftest import Clock
from tests.faults.ready import sign


def die() -> None:
    """As a power cut or the kernel's out-of-memory killer would have it."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_before_statement(runtime: Runtime, number: int) -> None:
    """Be killed just before the ``number``-th statement that this process sends; counting starts now."""
    sent = 0

    def count(*_arguments: object) -> None:
        nonlocal sent
        sent += 1
        if sent == number:
            die()

    sa.event.listen(runtime.database.engine, "before_cursor_execute", count)


def main(act: str, data_dir: str, *rest: str) -> None:
    runtime = open_runtime(Settings(env="test", data_dir=Path(data_dir), rate_limits=False), clock=Clock())
    if act == "sign":
        claim_id, number = UUID(rest[0]), int(rest[1])
        runtime.matters.current()
        die_before_statement(runtime, number)
        sign(runtime, claim_id)
        die()  # signed and kept, but the answer never reaches the browser
    if act == "work":
        runtime.storage.put = lambda sealed: die()  # type: ignore[method-assign,assignment,return-value]
        jobs.load_all()
        jobs.run_worker(runtime, queues={"packets"}, once=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
