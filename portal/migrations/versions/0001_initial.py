"""The first schema.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

from portal import jobs

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "batch_entries",
    "packets",
    "volume_downloads",
    "signatures",
    "volumes",
    "staff_sessions",
    "role_changes",
    "evidence_files",
    "engagements",
    "decisions",
    "consents",
    "claimant_sessions",
    "blind_indexes",
    "staff_members",
    "outbox_messages",
    "codes",
    "claims",
    "batches",
    "subject_keys",
    "matter_versions",
    "jobs",
    "job_schedules",
    "given_up_jobs",
    "evidence_uploads",
    "audit_events",
    "audit_checkpoints",
)


def upgrade() -> None:
    create_vault()
    create_jobs()
    create_audit()
    create_matters()
    create_messages()
    create_claims()
    create_identity()
    create_evidence()
    create_packets()
    create_staff()
    create_batches()
    jobs.install(op.get_bind())


def downgrade() -> None:
    jobs.uninstall(op.get_bind())
    for table in TABLES:
        op.drop_table(table)


def create_vault() -> None:
    op.create_table(
        "subject_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("keyring_id", sa.String(), nullable=False, comment="which key-encryption key wraps it"),
        sa.Column(
            "wrapped",
            sa.LargeBinary(),
            nullable=True,
            comment="AES key wrap (RFC 3394); empty once destroyed",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject_keys")),
    )


def create_jobs() -> None:
    op.create_table(
        "given_up_jobs",
        sa.Column(
            "reference", sa.String(length=64), nullable=False, comment="the engine's own id of the job"
        ),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("queue", sa.String(length=128), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column(
            "error",
            sa.String(length=200),
            nullable=False,
            comment="kind and place of the last error, never its text",
        ),
        sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_given_up_jobs")),
    )
    op.create_table(
        "job_schedules",
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_schedules")),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("queue", sa.String(length=128), nullable=False),
        sa.Column(
            "arguments", sa.JSON(), nullable=False, comment="identifiers and counts only, never personal data"
        ),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=True, comment="not before; empty: at once"),
        sa.Column(
            "lease_until",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="the worker that took it is taken for dead after this",
        ),
        sa.Column(
            "attempts",
            sa.Integer(),
            nullable=False,
            comment="counted when taken; also proves whose lease it is",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )


def create_audit() -> None:
    op.create_table(
        "audit_checkpoints",
        sa.Column(
            "sequence",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False, comment="Ed25519 over the statement"),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_checkpoints")),
    )
    op.create_table(
        "audit_events",
        sa.Column(
            "sequence",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(length=16), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column(
            "action",
            sa.String(length=64),
            nullable=False,
            comment="such as claim.submitted; dotted, past tense",
        ),
        sa.Column(
            "subject_id", sa.Uuid(), nullable=True, comment="the claim, staff member or batch acted on"
        ),
        sa.Column("detail", sa.JSON(), nullable=False, comment="codes and counts, never personal data"),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_events")),
    )
    op.create_index("ix_audit_events_action_sequence", "audit_events", ["action", "sequence"])
    op.create_index("ix_audit_events_subject_id_sequence", "audit_events", ["subject_id", "sequence"])


def create_matters() -> None:
    op.create_table(
        "matter_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column(
            "sequence",
            sa.Integer(),
            nullable=False,
            comment="1, 2, 3 within the slug; the highest is the current one",
        ),
        sa.Column(
            "hash",
            sa.String(length=64),
            nullable=False,
            comment="SHA-256 over sorted paths and contents, hex",
        ),
        sa.Column(
            "content",
            sa.LargeBinary(),
            nullable=False,
            comment="JSON object of path to text; see matters.folder.pack",
        ),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "published_by",
            sa.String(length=120),
            nullable=False,
            comment="the operator's name, as they gave it",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_versions")),
        sa.UniqueConstraint("slug", "hash", name="uq_matter_versions_slug_hash"),
        sa.UniqueConstraint("slug", "sequence", name="uq_matter_versions_slug_sequence"),
    )


def create_messages() -> None:
    op.create_table(
        "outbox_messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False, comment="code, received, packets-ready, ..."),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column(
            "sealed", sa.LargeBinary(), nullable=True, comment="sealed Wording; dropped once a code was sent"
        ),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column(
            "due_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="not before; while being sent, when another may try",
        ),
        sa.Column(
            "useless_after",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="a code that nobody can use any more is not sent",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "error",
            sa.String(length=32),
            nullable=True,
            comment="why the last attempt failed: a code, no text",
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject_keys.id"], name=op.f("fk_outbox_messages_subject_id_subject_keys")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_messages")),
    )
    op.create_index("ix_outbox_messages_state_due_at", "outbox_messages", ["state", "due_at"])
    op.create_index("ix_outbox_messages_subject_id", "outbox_messages", ["subject_id"])


def create_claims() -> None:
    op.create_table(
        "claims",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False, comment="what people see: CP-7K3M-9QXA"),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("matter_slug", sa.String(length=64), nullable=False),
        sa.Column(
            "matter_version_id",
            sa.Uuid(),
            nullable=False,
            comment="version the claim was begun or last signed under",
        ),
        sa.Column(
            "kind", sa.String(length=16), nullable=False, comment="self, minor, heir, company, represented"
        ),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("residence", sa.String(length=2), nullable=True, comment="ISO 3166 country"),
        sa.Column("particulars", sa.LargeBinary(), nullable=True, comment="sealed Particulars"),
        sa.Column("answers", sa.LargeBinary(), nullable=True, comment="sealed eligibility answers"),
        sa.Column(
            "readings",
            sa.LargeBinary(),
            nullable=True,
            comment="sealed Readings: texts opened and consents answered",
        ),
        sa.Column(
            "revision",
            sa.Integer(),
            nullable=False,
            comment="rises with each save; a stale save is noticed by it",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "expires_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when an unfinished draft is erased",
        ),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["matter_version_id"],
            ["matter_versions.id"],
            name=op.f("fk_claims_matter_version_id_matter_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject_keys.id"], name=op.f("fk_claims_subject_id_subject_keys")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
        sa.UniqueConstraint("number", name=op.f("uq_claims_number")),
    )
    op.create_index("ix_claims_expires_at", "claims", ["expires_at"])
    op.create_table(
        "blind_indexes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_blind_indexes_claim_id_claims")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blind_indexes")),
        sa.UniqueConstraint("claim_id", "kind", "digest", name=op.f("uq_blind_indexes_claim_id_kind_digest")),
    )
    op.create_index("ix_blind_indexes_kind_digest", "blind_indexes", ["kind", "digest"])
    op.create_table(
        "consents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("jurisdiction", sa.String(length=8), nullable=False),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column(
            "text_hash",
            sa.String(length=64),
            nullable=False,
            comment="SHA-256 of the text in the language read",
        ),
        sa.Column("matter_version_id", sa.Uuid(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_consents_claim_id_claims")),
        sa.ForeignKeyConstraint(
            ["matter_version_id"],
            ["matter_versions.id"],
            name=op.f("fk_consents_matter_version_id_matter_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
        sa.UniqueConstraint(
            "claim_id", "document", "given_at", name=op.f("uq_consents_claim_id_document_given_at")
        ),
    )
    op.create_table(
        "decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("track", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False, comment="rule ids, worst first"),
        sa.Column("matter_version_id", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_decisions_claim_id_claims")),
        sa.ForeignKeyConstraint(
            ["matter_version_id"],
            ["matter_versions.id"],
            name=op.f("fk_decisions_matter_version_id_matter_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index("ix_decisions_claim_id", "decisions", ["claim_id"])
    op.create_table(
        "engagements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("jurisdiction", sa.String(length=8), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "in_review",
                "information_requested",
                "accepted",
                "declined",
                "withdrawn",
                "filed",
                name="state",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("tracks", sa.JSON(), nullable=False),
        sa.Column(
            "outcome",
            sa.String(length=16),
            nullable=True,
            comment="the most favourable outcome of its tracks, for the queue",
        ),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state_changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column(
            "note", sa.LargeBinary(), nullable=True, comment="sealed: what staff asked or why they declined"
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_engagements_claim_id_claims")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagements")),
        sa.UniqueConstraint("claim_id", "jurisdiction", name=op.f("uq_engagements_claim_id_jurisdiction")),
    )
    op.create_index("ix_engagements_queue", "engagements", ["jurisdiction", "state", "submitted_at", "id"])
    op.create_table(
        "signatures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("matter_version_id", sa.Uuid(), nullable=False),
        sa.Column("means", sa.String(length=16), nullable=False, comment="drawn or typed"),
        sa.Column("act", sa.LargeBinary(), nullable=False, comment="sealed SigningAct"),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagements.id"], name=op.f("fk_signatures_engagement_id_engagements")
        ),
        sa.ForeignKeyConstraint(
            ["matter_version_id"],
            ["matter_versions.id"],
            name=op.f("fk_signatures_matter_version_id_matter_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signatures")),
    )
    op.create_index("ix_signatures_engagement_id", "signatures", ["engagement_id"])


def create_identity() -> None:
    op.create_table(
        "codes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "subject_id", sa.Uuid(), nullable=False, comment="becomes the claim's subject, or is erased"
        ),
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="keyed hash of id and code"),
        sa.Column(
            "target", sa.LargeBinary(), nullable=False, comment="blind index of the contact, for counting"
        ),
        sa.Column(
            "browser", sa.LargeBinary(), nullable=False, comment="hash of the token of the browser that asked"
        ),
        sa.Column("contact", sa.LargeBinary(), nullable=False, comment="sealed e-mail address"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column(
            "proved_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when it was entered; it cannot be entered again",
        ),
        sa.Column(
            "spent_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the proof opened a session; it opens no second one",
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject_keys.id"], name=op.f("fk_codes_subject_id_subject_keys")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_codes")),
    )
    op.create_index("ix_codes_created_at", "codes", ["created_at"])
    op.create_index("ix_codes_target_created_at", "codes", ["target", "created_at"])
    op.create_table(
        "claimant_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False, comment="absolute end"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True, comment="signed out or revoked"),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claims.id"], name=op.f("fk_claimant_sessions_claim_id_claims")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claimant_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_claimant_sessions_token_hash")),
    )
    op.create_index("ix_claimant_sessions_claim_id", "claimant_sessions", ["claim_id"])
    op.create_index("ix_claimant_sessions_ends_at", "claimant_sessions", ["ends_at"])


def create_evidence() -> None:
    op.create_table(
        "evidence_uploads",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_uploads")),
    )
    op.create_table(
        "evidence_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column(
            "sequence",
            sa.Integer(),
            nullable=False,
            comment="order of arrival within the claim; never used twice",
        ),
        sa.Column(
            "kind",
            sa.String(length=64),
            nullable=False,
            comment="id of one of the matter's kinds of evidence",
        ),
        sa.Column(
            "media_type",
            sa.String(length=32),
            nullable=False,
            comment="of the harmless copy: JPEG, PNG or PDF",
        ),
        sa.Column(
            "size", sa.Integer(), nullable=False, comment="bytes as received; counts towards the claim's room"
        ),
        sa.Column("harmless_size", sa.Integer(), nullable=False, comment="bytes of the harmless copy"),
        sa.Column("pages", sa.Integer(), nullable=False, comment="of the harmless copy; 1 for pictures"),
        sa.Column(
            "details", sa.LargeBinary(), nullable=True, comment="sealed EvidenceDetails; empty once removed"
        ),
        sa.Column(
            "content_digest",
            sa.LargeBinary(),
            nullable=False,
            comment="blind index of the received file's SHA-256",
        ),
        sa.Column("original_key", sa.String(length=64), nullable=True, comment="blob; empty once swept"),
        sa.Column("harmless_key", sa.String(length=64), nullable=True, comment="blob; empty once swept"),
        sa.Column("thumbnail_key", sa.String(length=64), nullable=True, comment="blob; empty once swept"),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_evidence_files_claim_id_claims")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_files")),
        sa.UniqueConstraint("claim_id", "sequence", name=op.f("uq_evidence_files_claim_id_sequence")),
    )
    op.create_index(
        "uq_evidence_files_content",
        "evidence_files",
        ["claim_id", "content_digest"],
        unique=True,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )


def create_packets() -> None:
    op.create_table(
        "packets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("signature_id", sa.Uuid(), nullable=False),
        sa.Column("matter_version_id", sa.Uuid(), nullable=False),
        sa.Column("jurisdiction", sa.String(length=8), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False, comment="1, 2, … within the engagement"),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column(
            "failure", sa.String(length=32), nullable=True, comment="glyph, corrupt-exhibit, disk-full, …"
        ),
        sa.Column("blob", sa.String(length=64), nullable=True, comment="key of the sealed PDF in storage"),
        sa.Column(
            "sha256", sa.String(length=64), nullable=True, comment="of the plain PDF, as batches state it"
        ),
        sa.Column("size", sa.Integer(), nullable=True, comment="bytes of the plain PDF"),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column(
            "certificate", sa.String(length=64), nullable=True, comment="SHA-256 of the sealing certificate"
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagements.id"], name=op.f("fk_packets_engagement_id_engagements")
        ),
        sa.ForeignKeyConstraint(
            ["matter_version_id"],
            ["matter_versions.id"],
            name=op.f("fk_packets_matter_version_id_matter_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["signature_id"], ["signatures.id"], name=op.f("fk_packets_signature_id_signatures")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packets")),
        sa.UniqueConstraint("engagement_id", "revision", name=op.f("uq_packets_engagement_id_revision")),
    )
    op.create_index("ix_packets_state_created_at", "packets", ["state", "created_at"])


def create_staff() -> None:
    op.create_table(
        "staff_members",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column(
            "email_index",
            sa.LargeBinary(),
            nullable=False,
            comment="blind index of the address signed in with",
        ),
        sa.Column(
            "person", sa.LargeBinary(), nullable=False, comment="sealed Person: name and e-mail address"
        ),
        sa.Column("roles", sa.JSON(), nullable=False, comment="kr, us, admin"),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("password_hash", sa.String(length=128), nullable=False, comment="argon2id"),
        sa.Column(
            "totp",
            sa.LargeBinary(),
            nullable=True,
            comment="sealed secret of the second factor; empty until enrolled",
        ),
        sa.Column(
            "totp_step", sa.Integer(), nullable=False, comment="last time step used; none is taken twice"
        ),
        sa.Column(
            "recovery", sa.JSON(), nullable=False, comment="keyed hashes of unused recovery codes, in hex"
        ),
        sa.Column(
            "failures", sa.Integer(), nullable=False, comment="wrong sign-ins since the last right one"
        ),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject_keys.id"], name=op.f("fk_staff_members_subject_id_subject_keys")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_members")),
        sa.UniqueConstraint("email_index", name=op.f("uq_staff_members_email_index")),
    )
    op.create_table(
        "role_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True, comment="empty: from the command line"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_members.id"], name=op.f("fk_role_changes_staff_id_staff_members")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_changes")),
    )
    op.create_index("ix_role_changes_staff_id", "role_changes", ["staff_id"])
    op.create_table(
        "staff_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "proved_at", sa.DateTime(timezone=True), nullable=False, comment="last time a factor was proved"
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_members.id"], name=op.f("fk_staff_sessions_staff_id_staff_members")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_sessions")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_staff_sessions_token_digest")),
    )
    op.create_index("ix_staff_sessions_staff_id", "staff_sessions", ["staff_id"])


def create_batches() -> None:
    op.create_table(
        "batches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False, comment="what people see: CP-KR-0001"),
        sa.Column(
            "sequence",
            sa.Integer(),
            nullable=False,
            comment="counts the batches of a matter and jurisdiction, from 1",
        ),
        sa.Column("matter_slug", sa.String(length=64), nullable=False),
        sa.Column(
            "matter_version_id",
            sa.Uuid(),
            nullable=False,
            comment="version in force when frozen; packets name their own",
        ),
        sa.Column("jurisdiction", sa.String(length=8), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "frozen", "filed", name="batch_state", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("criteria", sa.JSON(), nullable=False, comment="Criteria by which the claims were chosen"),
        sa.Column("claims", sa.Integer(), nullable=False, comment="how many entries it has"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True, comment="staff; none: the command line"),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("frozen_by", sa.Uuid(), nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("filed_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["matter_version_id"],
            ["matter_versions.id"],
            name=op.f("fk_batches_matter_version_id_matter_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
        sa.UniqueConstraint(
            "matter_slug",
            "jurisdiction",
            "sequence",
            name=op.f("uq_batches_matter_slug_jurisdiction_sequence"),
        ),
        sa.UniqueConstraint("number", name=op.f("uq_batches_number")),
    )
    op.create_table(
        "volumes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("profile", sa.String(length=16), nullable=False),
        sa.Column(
            "language", sa.String(length=4), nullable=False, comment="of the register's heads: ko, en or both"
        ),
        sa.Column(
            "purpose",
            sa.String(length=300),
            nullable=False,
            comment="as the manifest says it; names no claimant",
        ),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "writing",
                "ready",
                "failed",
                "expired",
                name="volume_state",
                native_enum=False,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("total", sa.Integer(), nullable=False, comment="packets to write"),
        sa.Column("done", sa.Integer(), nullable=False, comment="packets written so far"),
        sa.Column(
            "left_out",
            sa.JSON(),
            nullable=False,
            comment="claims withdrawn since the freeze, decided when the export was asked for",
        ),
        sa.Column("size", sa.BigInteger(), nullable=True, comment="bytes of the plain ZIP"),
        sa.Column("manifest_sha256", sa.String(length=64), nullable=True),
        sa.Column(
            "file", sa.String(length=64), nullable=True, comment="sealed file in data_dir/volumes, while kept"
        ),
        sa.Column(
            "subject_id",
            sa.Uuid(),
            nullable=True,
            comment="whose key seals the file; none when it was written outside",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True, comment="staff; none: the command line"),
        sa.Column(
            "attempt",
            sa.Integer(),
            nullable=False,
            comment="which writing this is; a worker of an earlier one may no longer touch the volume",
        ),
        sa.Column(
            "started_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="of the latest attempt, for the remaining time",
        ),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(length=32), nullable=True, comment="code of what stopped it"),
        sa.Column(
            "failed_claim", sa.String(length=24), nullable=True, comment="number of the claim that stopped it"
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_volumes_batch_id_batches")),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject_keys.id"], name=op.f("fk_volumes_subject_id_subject_keys")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volumes")),
    )
    op.create_index("ix_volumes_batch_id", "volumes", ["batch_id"])
    op.create_table(
        "volume_downloads",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("volume_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column(
            "reason",
            sa.String(length=500),
            nullable=False,
            comment="in the staff member's own words; stands in the audit chain too",
        ),
        sa.Column("subjects", sa.Integer(), nullable=False, comment="how many people's data left"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["volume_id"], ["volumes.id"], name=op.f("fk_volume_downloads_volume_id_volumes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volume_downloads")),
    )
    op.create_index("ix_volume_downloads_volume_id", "volume_downloads", ["volume_id"])
    op.create_table(
        "batch_entries",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False, comment="from 1, by rule"),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("packet_id", sa.Uuid(), nullable=False),
        sa.Column(
            "packet_sha256", sa.String(length=64), nullable=False, comment="of the plain PDF, when frozen"
        ),
        sa.Column("file", sa.String(length=100), nullable=False, comment="the packet's name in a volume"),
        sa.Column("claim_number", sa.String(length=24), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.LargeBinary(), nullable=False, comment="sealed RegisterLine"),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_batch_entries_batch_id_batches")),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagements.id"], name=op.f("fk_batch_entries_engagement_id_engagements")
        ),
        sa.ForeignKeyConstraint(
            ["packet_id"], ["packets.id"], name=op.f("fk_batch_entries_packet_id_packets")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject_keys.id"], name=op.f("fk_batch_entries_subject_id_subject_keys")
        ),
        sa.PrimaryKeyConstraint("batch_id", "position", name=op.f("pk_batch_entries")),
        sa.UniqueConstraint("engagement_id", name=op.f("uq_batch_entries_engagement_id")),
    )
