"""Limits on how often an address or a target is served. Counted in memory, or in Redis for several processes."""

import ipaddress

from flask import Flask, g
from flask_limiter import Limiter

from portal.settings import Settings


def network_address() -> str:
    """Who asks, as far as the network tells: the address, of IPv6 the half that one connection is given whole."""
    return _network(g.get("address", ""), 32, 64) or "unknown"


def block_of(address: str) -> str:
    """The block of addresses that one belongs to, /24 of IPv4 and /48 of IPv6; empty for what is no address.

    Somebody who has one address of a block easily has the others; people behind one carrier share it too, so a
    crowded block is asked for more patience and never shut out.
    """
    return _network(address, 24, 48)


def _network(address: str, bits4: int, bits6: int) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    bits = bits4 if found.version == 4 else bits6
    return str(ipaddress.ip_network((found, bits), strict=False))


limiter = Limiter(network_address, default_limits=[], strategy="moving-window", headers_enabled=False)


def install(app: Flask, settings: Settings) -> None:
    """Count where the settings say."""
    app.config.update(
        RATELIMIT_STORAGE_URI=settings.limits_url,
        RATELIMIT_ENABLED=settings.rate_limits,
        RATELIMIT_SWALLOW_ERRORS=True,
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=settings.limits_url != "memory://",
    )
    limiter.init_app(app)
