"""Where wrapped data keys stand."""

import uuid
from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base


class SubjectKey(Base):
    """The data key of one subject (a claim, a staff member, a batch), wrapped by a key of the keyring.

    Destroying the wrapped key is erasure: every ciphertext of the subject becomes noise. A backup made before still
    holds the wrapped key, so erasure is complete once the last of those has been deleted.
    """

    __tablename__ = "subject_keys"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    keyring_id: Mapped[str] = mapped_column(comment="which key-encryption key wraps it")
    wrapped: Mapped[bytes | None] = mapped_column(comment="AES key wrap (RFC 3394); empty once destroyed")
    created_at: Mapped[datetime]
    destroyed_at: Mapped[datetime | None]
