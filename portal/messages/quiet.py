"""Quiet hours: what nobody waits for is not sent at night where the person is.

정보통신망법 제50조 제3항 (21:00 to 08:00) and 47 CFR 64.1200(c)(1) (before 8 a.m. or after 9 p.m. at the called party's
location) concern advertising; a reminder is none, but nobody should have to argue that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from babel.core import get_global

from portal.settings import Settings

_STEP = timedelta(minutes=15)  # zones differ by quarters of an hour
_HORIZON = 4 * 48
# States by the zones that people there live in; where a state has two, it must be day in both.
# 49 CFR part 71, and 15 U.S.C. 261.
_EAST, _CENTRAL = "America/New_York", "America/Chicago"
_MOUNTAIN, _PACIFIC = "America/Denver", "America/Los_Angeles"
_STATES = {
    "CT DC DE GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV": (_EAST,),
    "FL IN KY MI TN": (_EAST, _CENTRAL),
    "AL AR IA IL LA MN MO MS OK WI": (_CENTRAL,),
    "KS ND NE SD TX": (_CENTRAL, _MOUNTAIN),
    "CO MT NM UT WY": (_MOUNTAIN,),
    "ID OR": (_MOUNTAIN, _PACIFIC),
    "CA NV WA": (_PACIFIC,),
    "AZ": ("America/Phoenix",),
    "AK": ("America/Anchorage",),
    "HI": ("Pacific/Honolulu",),
    "PR VI": ("America/Puerto_Rico",),
    "GU MP": ("Pacific/Guam",),
    "AS": ("Pacific/Pago_Pago",),
}
_ZONES_OF_STATE = {state: zones for states, zones in _STATES.items() for state in states.split()}


@dataclass(frozen=True)
class QuietHours:
    """From and until which full hour nothing is sent; the same hour twice means that there are none."""

    start: int
    end: int

    def holds(self, moment: datetime, zones: Iterable[str]) -> bool:
        """Whether it is night in any of the zones."""
        return any(self._night(moment.astimezone(ZoneInfo(zone)).hour) for zone in zones)

    def after(self, moment: datetime, zones: tuple[str, ...]) -> datetime:
        """The moment itself, or when it is day in all of the zones; in the first of them if it never is in all."""
        if not self.holds(moment, zones):
            return moment
        first = moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
        for wanted in (zones, zones[:1]):
            for steps in range(1, _HORIZON):
                later: datetime = first + steps * _STEP
                if not self.holds(later, wanted):
                    return later
        return moment

    def _night(self, hour: int) -> bool:
        if self.start <= self.end:
            return self.start <= hour < self.end
        return hour >= self.start or hour < self.end


def quiet_hours(settings: Settings) -> QuietHours:
    """The hours that the settings name."""
    return QuietHours(settings.quiet_from, settings.quiet_until)


def zones_of(country: str, region: str, otherwise: str) -> tuple[str, ...]:
    """The zones that somebody of a country, and in the US of a state, may live in.

    A country with many zones and no state to tell them by is taken for the zone ``otherwise``: counsel's own.
    """
    if country == "US":
        return _ZONES_OF_STATE.get(region.strip().upper(), (otherwise,))
    zones = _zones_of_country().get(country, ())
    return tuple(zones) if 1 <= len(zones) <= 2 else (otherwise,)


@cache
def _zones_of_country() -> dict[str, list[str]]:
    """CLDR's zones by country."""
    found: dict[str, list[str]] = {}
    for zone, country in get_global("zone_territories").items():
        if zone in _known_zones():
            found.setdefault(country, []).append(zone)
    return found


@cache
def _known_zones() -> frozenset[str]:
    from zoneinfo import available_timezones

    return frozenset(available_timezones())
