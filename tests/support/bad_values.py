"""Kinds of arguments: for each a good value, wrong values, and values that are unusual but correct."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

ID = "4aawyAB9vmqN3uQ7FjRGTy"
OTHER_ID = "0000000000000000000000"
LONG = "x" * 100_000
HUGE = 10**5_000  # more digits than `str` converts
JPEG = b"\xff\xd8\xff\xe0" + bytes(20)

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Kind:
    """One kind of argument.

    Attributes:
        good: A valid value.
        named: A pattern for the message of a refusal: the argument, or what was expected. `{}` is the argument's name.
        wrong: Invalid values by their description. Tests add None unless it is the default.
        unusual: Valid values that look wrong, by their description.
    """

    good: Any
    named: str = "{}"
    wrong: Values = field(default_factory=dict)
    unusual: Values = field(default_factory=dict)

    def but(self, **changes: Values) -> Kind:
        """Return the kind with more wrong or unusual values."""
        return Kind(
            good=changes.get("good", self.good),
            named=self.named,
            wrong={**self.wrong, **changes.get("wrong", {})},
            unusual={**self.unusual, **changes.get("unusual", {})},
        )


class StrSubclass(str):
    """A subclass whose `str` differs from its value, as for `class Market(str, Enum)`."""

    __slots__ = ()

    def __str__(self) -> str:
        return "StrSubclass.OTHER"

    def __repr__(self) -> str:
        return LONG

    def __format__(self, _: str) -> str:
        return "StrSubclass.OTHER"


class IntSubclass(int):
    """A subclass whose `str` differs from its value."""

    def __str__(self) -> str:
        return "IntSubclass.OTHER"

    __repr__ = __str__

    def __format__(self, _: str) -> str:
        return "IntSubclass.OTHER"


class LongRepr:
    """An object whose `repr` must not be in a message: it is long and contains a secret."""

    def __repr__(self) -> str:
        return "s3cret" * 10_000


@dataclass(frozen=True)
class Factory:
    """Creates a value for each call, such as an iterator."""

    make: Callable[[], Any]


def new_value(value: Any) -> Any:
    return value.make() if isinstance(value, Factory) else value


def generator(*values: Any) -> Iterator[Any]:
    yield from values


NOT_STRINGS: Values = {
    "bytes": ID.encode(),
    "an int": 5,
    "a float": 1.5,
    "a bool": True,
    "a list": [ID],
    "a dictionary": {"id": ID},
    "an object": LongRepr(),
    "a class": str,
    "NaN": math.nan,
}
NOT_INTEGERS: Values = {
    "a str": "5",
    "bytes": b"5",
    "a float": 5.0,
    "a bool": True,
    "a list": [5],
    "a dictionary": {"limit": 5},
    "an object": LongRepr(),
    "a class": int,
    "NaN": math.nan,
    "infinity": math.inf,
}
EMPTY: Values = {"empty": "", "blank": " ", "a line end": "\n", "a Unicode space": "\u2003"}
SURROGATES: Values = {"a high surrogate": "a\ud800b", "a low surrogate": "\udfff"}
TRICKS: Values = {
    "a path up": "../me",
    "a path up, encoded": "%2e%2e",
    "a path up, of URIs": "..",
    "a path": "a/b",
    "a query": "a?b=c",
    "a fragment": "a#b",
    "a line end behind": f"{ID}\n",
    "a header": f"{ID}\r\nX-Injected: 1",
    "a request": f"{ID} HTTP/1.1\r\nHost: evil.example\r\n\r\nGET /",
    "NUL": f"{ID}\0",
    "DEL": f"{ID}\x7f",
    "right to left": f"\u202e{ID}",
    "a byte order mark": f"\ufeff{ID}",
    "a space before": f" {ID}",
    "long": LONG,
    "other digits": "\u0661" * 22,
    "wide letters": "\uff41" * 22,
    "too short": ID[:-1],
    "too long": f"{ID}x",
    "a comma": f"{ID},{ID}",
}
ELSEWHERE: Values = {
    "another host": f"https://evil.example/album/{ID}",
    "another host by name": f"https://open.spotify.com.evil.example/album/{ID}",
    "another host by user": f"https://open.spotify.com@evil.example/album/{ID}",
    "another host by backslash": f"https://evil.example\\.open.spotify.com/album/{ID}",
    "another port": f"https://open.spotify.com:8443/album/{ID}",
    "another scheme": f"ftp://open.spotify.com/album/{ID}",
    "a script": "javascript://open.spotify.com/%0aalert(1)",
    "a short link": "https://spotify.link/abc",
    "an invalid URL": "https://[/album",
    "an invalid port": "https://open.spotify.com:port/album/x",
    "a URI without id": "spotify:album:",
    "a URI of nothing": "spotify:",
    "a URI with a path up": "spotify:user:..%2Fme",
    "a URI with a header": "spotify:album:4aawyAB9vmqN3uQ7FjRGTy%0d%0aX-Injected:1",
    "a URI that is not UTF-8": "spotify:user:%ff",
    "a long URI": f"spotify:album:{LONG}",
    "a long URL": f"https://open.spotify.com/{LONG}/{LONG}",
}


def an_id(kind: str, other: str = "artist") -> Kind:
    """The id, URI or URL of an object of the catalogue."""
    elsewhere = {
        "another kind": f"spotify:{other}:{ID}",
        "the URL of another kind": f"https://open.spotify.com/{other}/{ID}",
    }
    return Kind(
        good=ID,
        named="expected",
        wrong={**NOT_STRINGS, **EMPTY, **SURROGATES, **TRICKS, **ELSEWHERE, **elsewhere},
        unusual={
            "a URI": f"spotify:{kind}:{ID}",
            "a URL": f"https://open.spotify.com/intl-de/{kind}/{ID}?si=x#y",
            "a subclass": StrSubclass(ID),
        },
    )


def a_name(kind: str) -> Kind:
    """A free-form id, or its URI or URL."""
    paths = {name: TRICKS[name] for name in ("a path up", "a path up, of URIs", "a line end behind", "a header")}
    more = {name: TRICKS[name] for name in ("a request", "NUL", "DEL", "a space before")}
    unusual = {name: value for name, value in TRICKS.items() if name not in {**paths, **more}}
    return Kind(
        good="some one",
        named="expected",
        wrong={
            **NOT_STRINGS,
            **EMPTY,
            **SURROGATES,
            **paths,
            **more,
            **ELSEWHERE,
            "a path up by backslash": "a\\..\\b",
            "another kind": f"spotify:album:{ID}",
        },
        unusual={**unusual, "a URI": f"spotify:{kind}:some%20one", "not ASCII": "Zoë 🎵 / ?&=#%"},
    )


def several(one: Kind, *, may_be_empty: bool = False, named: str | None = None) -> Kind:
    """An iterable of values of a kind."""
    empty: Values = {"none": [], "an empty generator": Factory(generator)}
    return Kind(
        good=[one.good],
        named=named or one.named,
        wrong={
            **{f"item: {name}": [one.good, value] for name, value in one.wrong.items() if name != "a list"},
            "item: None": [one.good, None],
            "item: a list": [[one.good]],
            "a str": one.good,
            "a long str": LONG,
            "bytes": b"abc",
            "a bytearray": bytearray(b"abc"),
            "an int": 5,
            "a bool": True,
            "an object": LongRepr(),
            "a class": list,
            **({} if may_be_empty else empty),
        },
        unusual={
            **{f"item: {name}": [value] for name, value in one.unusual.items()},
            "a generator": Factory(lambda: generator(one.good)),
            "a set": {one.good},
            "a tuple": (one.good,),
            "the keys of a dictionary": {one.good: 1},
            **(empty if may_be_empty else {}),
        },
    )


def a_uri(*kinds: str, others: tuple[str, ...]) -> Kind:
    """The URI or URL of an object of one of several kinds."""
    good = f"spotify:{kinds[0]}:{ID}"
    return Kind(
        good=good,
        named="expected",
        wrong={
            **NOT_STRINGS,
            **EMPTY,
            **SURROGATES,
            **TRICKS,
            **ELSEWHERE,
            "a plain id": ID,
            "a header behind": f"{good}\r\nX-Injected: 1",
            "a comma": f"{good},{good}",
            **{f"the URI of {kind}": f"spotify:{kind}:{ID}" for kind in others},
        },
        unusual={"a URL": f"https://open.spotify.com/{kinds[0]}/{ID}", "a subclass": StrSubclass(good)},
    )


def an_integer(good: int, *, at_least: int, at_most: int | None = None) -> Kind:
    """An integer within bounds."""
    above: Values = {} if at_most is None else {"one too high": at_most + 1, "far too high": 10**9}
    return Kind(
        good=good,
        wrong={**NOT_INTEGERS, "one too low": at_least - 1, "huge": HUGE, "huge and negative": -HUGE, **above},
        unusual={"the lowest": at_least, "the highest": at_most or 2**31, "a subclass": IntSubclass(good)},
    )


def a_choice(good: str, *others: str) -> Kind:
    """One of a few strings."""
    wrong = {**NOT_STRINGS, **EMPTY, **SURROGATES, "another value": "other", "upper case": good.upper(), "long": LONG}
    return Kind(
        good=good,
        wrong={**wrong, "two at once": f"{good},{good}", "with a line end": f"{good}\n"},
        unusual={**{other: other for other in others}, "a subclass": StrSubclass(good)},
    )


def choices(good: str, *others: str, or_one: bool = False) -> Kind:
    """An iterable of some of a few strings."""
    found = several(a_choice(good, *others))
    if not or_one:
        return found
    wrong = {name: value for name, value in found.wrong.items() if name != "a str"}
    return Kind(good=found.good, wrong=wrong, unusual={**found.unusual, "a str": good})


LIMIT_50 = an_integer(5, at_least=1, at_most=50)
LIMIT_100 = an_integer(5, at_least=1, at_most=100)
OFFSET = an_integer(5, at_least=0)
INDEX = an_integer(1, at_least=0)
COUNT = an_integer(2, at_least=1)
MILLISECONDS = an_integer(1_000, at_least=0)
PERCENT = an_integer(40, at_least=0, at_most=100)
FLAG = Kind(
    good=True,
    wrong={
        "a str": "false",
        "zero": 0,
        "one": 1,
        "a float": 1.0,
        "bytes": b"",
        "a list": [],
        "an object": LongRepr(),
    },
    unusual={"the other": False},
)
MARKET = Kind(
    good="DE",
    wrong={**NOT_STRINGS, **EMPTY, **SURROGATES, **TRICKS, "lower case": "de", "three letters": "DEU"},
    unusual={"a subclass": StrSubclass("DE")},
)
LOCALE = Kind(
    good="es_MX",
    wrong={**NOT_STRINGS, **EMPTY, **SURROGATES, **TRICKS, "a hyphen": "es-MX", "lower case": "es_mx"},
    unusual={"three letters": "fil_PH"},
)


def _is_short_line(text: str) -> bool:
    return len(text) <= 200 and len(text.splitlines()) == 1 and not text.endswith(("\n", "\r"))


FREE_TEXT = Kind(
    good="some words",
    wrong={**NOT_STRINGS, **EMPTY, **SURROGATES},
    unusual={**TRICKS, **ELSEWHERE, "not ASCII": "Zoë 🎵 +&=#%", "a subclass": StrSubclass("words")},
)
_LINES: Values = {name: value for name, value in FREE_TEXT.unusual.items() if _is_short_line(value)}
PLAYLIST_TEXT = Kind(
    good="some words",
    wrong={**FREE_TEXT.wrong, **{name: value for name, value in FREE_TEXT.unusual.items() if name not in _LINES}},
    unusual=_LINES,
)
DEVICE = Kind(
    good="74ASZWbe4lXaubB36ztrGX",
    wrong={**NOT_STRINGS, **EMPTY, **SURROGATES, "a URI": f"spotify:album:{ID}", "a long URI": f"spotify:{LONG}"},
    unusual={**TRICKS},
)
_ALLOWED_IN_FIELDS = {
    "long",
    "too short",
    "too long",
    "a line end behind",
    "other digits",
    "wide letters",
    "a comma",
    "a space before",
}
FIELDS = Kind(
    good="name,items(added_at)",
    wrong={
        **NOT_STRINGS,
        **EMPTY,
        **SURROGATES,
        **{name: value for name, value in TRICKS.items() if name not in _ALLOWED_IN_FIELDS},
        "no names": "(),()",
        "an open parenthesis": "items(" * 1_000,
        "nested": "a(" * 100_000 + "a" + ")" * 100_000,
        "nested by points": "a" + ".a" * 100_000,
        "exclamation marks": "!" * 1_000,
    },
    unusual={"long": LONG, "many": "a," * 100_000 + "a", "white space": " name , items ( added_at ) "},
)
TIMESTAMP = Kind(
    good=1_700_000_000_000,
    wrong={
        **NOT_INTEGERS,
        "a date": date(2024, 1, 1),
        "no time zone": datetime(2024, 1, 1),  # noqa: DTZ001
        "before 1970": datetime(1969, 1, 1, tzinfo=UTC),
        "datetime.min": datetime.min.replace(tzinfo=UTC),
        "negative": -1,
        "huge": HUGE,
    },
    unusual={
        "a datetime": datetime(2024, 1, 1, tzinfo=UTC),
        "datetime.max": datetime.max.replace(tzinfo=UTC),
        "zero": 0,
    },
)
IMAGE = Kind(
    good=JPEG,
    wrong={
        "empty": b"",
        "an empty str": "",
        "another format": b"GIF89a",
        "not base64": "not base64!",
        "a long str": LONG,
        "not ASCII": "Zoë",
        **SURROGATES,
        "too large": JPEG * 100_000,
        "a path": __file__,
        "a bytearray": bytearray(JPEG),
        "a memoryview": memoryview(JPEG),
        "an int": 5,
        "a list": [JPEG],
        "an object": LongRepr(),
        "a class": bytes,
    },
    unusual={"base64": "/9j/4AAA", "base64 in lines": "/9j/\n4AAA\n"},
)
TRACK_URI = f"spotify:track:{ID}"
REMOVALS = Kind(
    good=[{"uri": TRACK_URI}],
    wrong={
        "none": [],
        "a mapping": {"uri": TRACK_URI},
        "a str": TRACK_URI,
        "bytes": b"abc",
        "an int": 5,
        "an object": LongRepr(),
        "strs": [TRACK_URI],
        "item: None": [None],
        "without a URI": [{}],
        "a URI that is None": [{"uri": None}],
        "a URI that is a number": [{"uri": 5}],
        "another kind": [{"uri": f"spotify:album:{ID}"}],
        "a plain id": [{"uri": ID}],
        "another member": [{"uri": TRACK_URI, "position": 1}],
        "a long member": [{"uri": TRACK_URI, LONG: 1}],
        "a member that is not a str": [{"uri": TRACK_URI, LongRepr(): 1}],
        **{
            f"positions that are {name}": [{"uri": TRACK_URI, "positions": value}]
            for name, value in {
                "None": None,
                "a number": 1,
                "a str": "12",
                "bytes": b"12",
                "none": [],
                "negative": [-1],
                "strs": ["1"],
                "floats": [1.0],
                "booleans": [True],
                "huge": [HUGE],
                "infinite": [math.inf],
            }.items()
        },
    },
    unusual={
        "a generator": Factory(lambda: generator({"uri": TRACK_URI, "positions": generator(1, 2, 1)})),
        "a tuple": ({"uri": f"spotify:episode:{ID}"},),
    },
)


def an_attribute(good: float, *, at_least: float | None, at_most: float | None, whole: bool = False) -> Kind:
    """An attribute of recommendations."""
    wrong = {name: value for name, value in NOT_INTEGERS.items() if whole or name != "a float"}
    below: Values = {} if at_least is None else {"too low": at_least - 1, "huge and negative": -HUGE}
    above: Values = {} if at_most is None else {"too high": at_most + 1}
    return Kind(good=good, wrong={**wrong, **below, **above, "huge": HUGE, "negative infinity": -math.inf})
