"""The keys of many subjects in one query, where the vault would ask for one at a time."""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.vault import SubjectKey


@contextmanager
def keys_at_hand(session: Session, subjects: Iterable[uuid.UUID]) -> Iterator[None]:
    """Within, the session holds these subjects' keys, so that the vault finds them there."""
    query = sa.select(SubjectKey).where(SubjectKey.id.in_(list(subjects)))
    held = session.scalars(query).all()  # the session itself only holds what somebody refers to
    yield
    del held
