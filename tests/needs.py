"""What tests need beside Python: skipped without it on a person's machine, a failure in CI."""

import os
import shutil

import pytest

CI = os.environ.get("CI") == "true"
POSTGRESQL = os.environ.get("PORTAL_TEST_POSTGRESQL", "postgresql://root@127.0.0.1:5432/test")
REDIS = os.environ.get("PORTAL_TEST_REDIS", "redis://127.0.0.1:6379")


def need(found: object, what: str) -> None:
    """Skip the test, or in CI fail it, unless ``found``."""
    if found:
        return
    if CI:
        pytest.fail(f"{what} is missing, and CI must not pass without it", pytrace=False)
    pytest.skip(f"{what} is missing")


def program(name: str) -> str:
    """Path of an installed program, for instance ``pdfsig``."""
    path = shutil.which(name)
    need(path, name)
    assert path
    return path
