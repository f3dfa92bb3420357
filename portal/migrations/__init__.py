"""The schema's history, applied by Alembic from here so that no configuration file is needed."""

from importlib import import_module
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData

from portal.database import Base, Database

MODELS = (
    "portal.vault.models",
    "portal.jobs.models",
    "portal.audit.models",
    "portal.matters.models",
    "portal.trust.models",
    "portal.messages.models",
    "portal.identity.models",
    "portal.claims.models",
    "portal.claims.queue_models",
    "portal.evidence.models",
    "portal.packets.models",
    "portal.correspondence.models",
    "portal.takeout.models",
    "portal.review.models",
    "portal.staff.models",
    "portal.screening.models",
    "portal.review.desk_models",
    "portal.intake.models",
    "portal.reporting.models",
    "portal.batches.models",
    "portal.batches.handing_models",
    "portal.batches.ledger_models",
)


def metadata() -> MetaData:
    """The metadata of every table, all features' models imported."""
    for name in MODELS:
        import_module(name)
    return Base.metadata


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the schema up to a revision. Alembic's errors pass through; nothing is half done."""
    with database.engine.begin() as connection:
        configured = config()
        configured.attributes["connection"] = connection
        command.upgrade(configured, revision)


def pending(database: Database) -> bool:
    """Whether the schema is older than the code."""
    with database.engine.connect() as connection:
        here = MigrationContext.configure(connection).get_current_revision()
    return here != ScriptDirectory.from_config(config()).get_current_head()


def config() -> Config:
    """Alembic's configuration, made in code."""
    configured = Config()
    configured.set_main_option("script_location", str(Path(__file__).parent))
    return configured
