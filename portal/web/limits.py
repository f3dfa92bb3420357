"""Limits on how often an address or a target is served. Counted in memory, or in Redis for several processes."""

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from portal.settings import Settings

limiter = Limiter(get_remote_address, default_limits=[], strategy="moving-window", headers_enabled=False)


def install(app: Flask, settings: Settings) -> None:
    """Count where the settings say."""
    app.config.update(
        RATELIMIT_STORAGE_URI=settings.limits_url,
        RATELIMIT_ENABLED=settings.rate_limits,
        RATELIMIT_SWALLOW_ERRORS=True,
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=settings.limits_url != "memory://",
    )
    limiter.init_app(app)
