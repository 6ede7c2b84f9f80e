"""The countries that Spotify sells in, and sets of them that content is licensed for."""

from __future__ import annotations

from typing import Final

_CODES: Final = (
    "AD AE AG AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BN BO BR BS BT BW BY BZ CA CD CG "
    "CH CI CL CM CO CR CV CW CY CZ DE DJ DK DM DO DZ EC EE EG ES ET FI FJ FM FR GA GB GD GE GH "
    "GM GN GQ GR GT GW GY HK HN HR HT HU ID IE IL IN IQ IS IT JM JO JP KE KG KH KI KM KN KR KW "
    "KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MH MK ML MN MO MR MT MU MV MW MX MY MZ "
    "NA NE NG NI NL NO NP NR NZ OM PA PE PG PH PK PL PR PS PT PW PY QA RO RS RW SA SB SC SE SG "
    "SI SK SL SM SN SR ST SV SZ TD TG TH TJ TL TN TO TR TT TV TW TZ UA UG US UY UZ VC VE VN VU "
    "WS XK ZA ZM ZW"
)
MARKETS: Final[tuple[str, ...]] = tuple(_CODES.split())


class MarketSet:
    """A set of markets, in alphabetical order, with a quick `in`."""

    __slots__ = ("_set", "codes")

    def __init__(self, codes: tuple[str, ...]) -> None:
        self.codes: Final = list(codes)
        self._set: Final = frozenset(codes)

    def __contains__(self, market: str) -> bool:
        return market in self._set

    def __repr__(self) -> str:
        return f"MarketSet({len(self.codes)} markets)"


def _without(*codes: str) -> MarketSet:
    return MarketSet(tuple(code for code in MARKETS if code not in codes))


WORLD: Final = MarketSet(MARKETS)
AMERICAS: Final = MarketSet(("AR", "BR", "CA", "CL", "CO", "MX", "PE", "US", "UY"))
OUTSIDE_AMERICAS: Final = _without(*AMERICAS.codes)
OUTSIDE_JAPAN: Final = _without("JP", "KR", "TW")
NORDIC: Final = MarketSet(("DK", "FI", "IS", "NO", "SE"))
AUDIOBOOK_MARKETS: Final = MarketSet(("AU", "CA", "GB", "IE", "NZ", "US"))
