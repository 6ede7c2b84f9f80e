"""The kinds of arguments: a good value of each, what is refused, and what is odd and in order all the same."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

ID = "4aawyAB9vmqN3uQ7FjRGTy"
OTHER_ID = "0000000000000000000000"
LONG = "x" * 1_000_000
HUGE = 10**5_000  # more digits than Python turns into text
JPEG = b"\xff\xd8\xff\xe0" + bytes(20)

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Kind:
    """One kind of argument.

    Attributes:
        good: A value that is accepted.
        named: What the message of a error_of names: the argument, or what it should have been. `{}` is its name.
        wrong: Values that are refused, with what is odd about them. None is among them where it is no default.
        odd: Values that look wrong and are accepted.
    """

    good: Any
    named: str = "{}"
    wrong: Values = field(default_factory=dict)
    odd: Values = field(default_factory=dict)

    def but(self, **changes: Values) -> Kind:
        """Return the kind with more that is wrong, or odd."""
        return Kind(
            good=changes.get("good", self.good),
            named=self.named,
            wrong={**self.wrong, **changes.get("wrong", {})},
            odd={**self.odd, **changes.get("odd", {})},
        )


class StrSubclass(str):
    """A subclass that says something else of itself than what it is, as `class Market(str, Enum)` does."""

    __slots__ = ()

    def __str__(self) -> str:
        return "StrSubclass.OTHER"

    def __repr__(self) -> str:
        return LONG

    def __format__(self, _: str) -> str:
        return "StrSubclass.OTHER"


class IntSubclass(int):
    """The same for whole numbers."""

    def __str__(self) -> str:
        return "IntSubclass.OTHER"

    __repr__ = __str__

    def __format__(self, _: str) -> str:
        return "IntSubclass.OTHER"


class LongRepr:
    """An object whose `repr` should not be in a message: it is long, and shows what it holds."""

    def __repr__(self) -> str:
        return "s3cret" * 10_000


def fresh(make: Callable[[], Any]) -> Any:
    """Return something that can be iterated over once, anew for each use."""
    return Once(make)


@dataclass(frozen=True)
class Once:
    """Stands for a value that has to be made anew for each call."""

    make: Callable[[], Any]


def made(value: Any) -> Any:
    return value.make() if isinstance(value, Once) else value


def generator(*values: Any) -> Iterator[Any]:
    yield from values


NOT_STRINGS: Values = {
    "bytes": ID.encode(),
    "a number": 5,
    "a float": 1.5,
    "a boolean": True,
    "a list": [ID],
    "a dictionary": {"id": ID},
    "an object": LongRepr(),
    "a class": str,
    "not a number": math.nan,
}
NOT_INTEGERS: Values = {
    "a text": "5",
    "bytes": b"5",
    "a float": 5.0,
    "a boolean": True,
    "a list": [5],
    "a dictionary": {"limit": 5},
    "an object": LongRepr(),
    "a class": int,
    "not a number": math.nan,
    "infinity": math.inf,
}
EMPTY: Values = {"empty": "", "blank": " ", "a line end": "\n", "an odd space": "\u2003"}
SURROGATES: Values = {"half a character": "a\ud800b", "the other half": "\udfff"}
TRICKS: Values = {
    "a path up": "../me",
    "a path up, encoded": "%2e%2e",
    "a path up, of URIs": "..",
    "a path": "a/b",
    "a query": "a?b=c",
    "a fragment": "a#b",
    "another line": f"{ID}\n",
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
    "a URL that is none": "https://[/album",
    "a port that is none": "https://open.spotify.com:port/album/x",
    "a URI without id": "spotify:album:",
    "a URI of nothing": "spotify:",
    "a URI with a path up": "spotify:user:..%2Fme",
    "a URI with a header": "spotify:album:4aawyAB9vmqN3uQ7FjRGTy%0d%0aX-Injected:1",
    "a URI that is not UTF-8": "spotify:user:%ff",
    "a long URI": f"spotify:album:{LONG}",
    "a long URL": f"https://open.spotify.com/{LONG}/{LONG}",
}


def an_id(kind: str, other: str = "artist") -> Kind:
    """The id, URI or URL of something in the catalogue."""
    elsewhere = {
        "another kind": f"spotify:{other}:{ID}",
        "the URL of another kind": f"https://open.spotify.com/{other}/{ID}",
    }
    return Kind(
        good=ID,
        named="expected",
        wrong={**NOT_STRINGS, **EMPTY, **SURROGATES, **TRICKS, **ELSEWHERE, **elsewhere},
        odd={
            "a URI": f"spotify:{kind}:{ID}",
            "a URL": f"https://open.spotify.com/intl-de/{kind}/{ID}?si=x#y",
            "a subclass": StrSubclass(ID),
        },
    )


def a_name(kind: str) -> Kind:
    """An id that is free text, or its URI or URL."""
    lead_elsewhere = {name: TRICKS[name] for name in ("a path up", "a path up, of URIs", "another line", "a header")}
    more = {name: TRICKS[name] for name in ("a request", "NUL", "DEL", "a space before")}
    odd = {name: value for name, value in TRICKS.items() if name not in {**lead_elsewhere, **more}}
    return Kind(
        good="some one",
        named="expected",
        wrong={
            **NOT_STRINGS,
            **EMPTY,
            **SURROGATES,
            **lead_elsewhere,
            **more,
            **ELSEWHERE,
            "a path up by backslash": "a\\..\\b",
            "another kind": f"spotify:album:{ID}",
        },
        odd={**odd, "a URI": f"spotify:{kind}:some%20one", "letters of all kinds": "Zoë 🎵 / ?&=#%"},
    )


def several(one: Kind, *, may_be_none: bool = False, named: str | None = None) -> Kind:
    """An iterable of them."""
    empty: Values = {"none": [], "an empty generator": fresh(generator)}
    return Kind(
        good=[one.good],
        named=named or one.named,
        wrong={
            **{f"one that is {name}": [one.good, value] for name, value in one.wrong.items() if name != "a list"},
            "one that is None": [one.good, None],
            "one that is a list": [[one.good]],
            "a text": one.good,
            "a long text": LONG,
            "bytes": b"abc",
            "a byte array": bytearray(b"abc"),
            "a number": 5,
            "a boolean": True,
            "an object": LongRepr(),
            "a class": list,
            **({} if may_be_none else empty),
        },
        odd={
            **{f"one that is {name}": [value] for name, value in one.odd.items()},
            "a generator": fresh(lambda: generator(one.good)),
            "a set": {one.good},
            "a tuple": (one.good,),
            "the keys of a dictionary": {one.good: 1},
            **(empty if may_be_none else {}),
        },
    )


def a_uri(*kinds: str, others: tuple[str, ...]) -> Kind:
    """The URI or URL of one of several kinds."""
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
        odd={"a URL": f"https://open.spotify.com/{kinds[0]}/{ID}", "a subclass": StrSubclass(good)},
    )


def a_number(good: int, *, at_least: int, at_most: int | None = None) -> Kind:
    """A whole number within bounds."""
    above: Values = {} if at_most is None else {"one too high": at_most + 1, "far too high": 10**9}
    return Kind(
        good=good,
        wrong={**NOT_INTEGERS, "one too low": at_least - 1, "huge": HUGE, "huge and negative": -HUGE, **above},
        odd={"the lowest": at_least, "the highest": at_most or 2**31, "a subclass": IntSubclass(good)},
    )


def a_choice(good: str, *others: str) -> Kind:
    """One of a few words."""
    wrong = {**NOT_STRINGS, **EMPTY, **SURROGATES, "another word": "other", "capitals": good.upper(), "long": LONG}
    return Kind(
        good=good,
        wrong={**wrong, "two at once": f"{good},{good}", "with a line end": f"{good}\n"},
        odd={**{other: other for other in others}, "a subclass": StrSubclass(good)},
    )


def choices(good: str, *others: str, or_one: bool = False) -> Kind:
    """Some of a few words."""
    found = several(a_choice(good, *others))
    if not or_one:
        return found
    wrong = {name: value for name, value in found.wrong.items() if name != "a text"}
    return Kind(good=found.good, wrong=wrong, odd={**found.odd, "a text": good})


LIMIT_50 = a_number(5, at_least=1, at_most=50)
LIMIT_100 = a_number(5, at_least=1, at_most=100)
OFFSET = a_number(5, at_least=0)
PLACE = a_number(1, at_least=0)
COUNT = a_number(2, at_least=1)
MILLISECONDS = a_number(1_000, at_least=0)
PERCENT = a_number(40, at_least=0, at_most=100)
FLAG = Kind(
    good=True,
    wrong={
        "a text": "false",
        "zero": 0,
        "one": 1,
        "a float": 1.0,
        "bytes": b"",
        "a list": [],
        "an object": LongRepr(),
    },
    odd={"the other": False},
)
MARKET = Kind(
    good="DE",
    wrong={**NOT_STRINGS, **EMPTY, **SURROGATES, **TRICKS, "small letters": "de", "three letters": "DEU"},
    odd={"a subclass": StrSubclass("DE")},
)
LOCALE = Kind(
    good="es_MX",
    wrong={**NOT_STRINGS, **EMPTY, **SURROGATES, **TRICKS, "a hyphen": "es-MX", "small letters": "es_mx"},
    odd={"three letters": "fil_PH"},
)
PROSE = Kind(
    good="some words",
    wrong={**NOT_STRINGS, **EMPTY, **SURROGATES},
    odd={**TRICKS, **ELSEWHERE, "letters of all kinds": "Zoë 🎵 +&=#%", "a subclass": StrSubclass("words")},
)
MAYBE_EMPTY_PROSE = Kind(good="words", wrong={**NOT_STRINGS, **SURROGATES}, odd={**EMPTY, **PROSE.odd})
DEVICE = Kind(
    good="74ASZWbe4lXaubB36ztrGX",
    wrong={**NOT_STRINGS, **EMPTY, **SURROGATES, "a URI": f"spotify:album:{ID}", "a long URI": f"spotify:{LONG}"},
    odd={**TRICKS},
)
_NAMES = {"long", "too short", "too long", "another line", "other digits", "wide letters", "a comma", "a space before"}
FIELDS = Kind(
    good="name,items(added_at)",
    wrong={
        **NOT_STRINGS,
        **EMPTY,
        **SURROGATES,
        **{name: value for name, value in TRICKS.items() if name not in _NAMES},
        "no names": "(),()",
        "an open parenthesis": "items(" * 1_000,
        "nested": "a(" * 100_000 + "a" + ")" * 100_000,
        "nested by points": "a" + ".a" * 100_000,
        "exclamation marks": "!" * 1_000,
    },
    odd={"long": LONG, "many": "a," * 100_000 + "a", "white space": " name , items ( added_at ) "},
)
MOMENT = Kind(
    good=1_700_000_000_000,
    wrong={
        **NOT_INTEGERS,
        "a date": date(2024, 1, 1),
        "no time zone": datetime(2024, 1, 1),  # noqa: DTZ001
        "before 1970": datetime(1969, 1, 1, tzinfo=UTC),
        "the first moment": datetime.min.replace(tzinfo=UTC),
        "negative": -1,
        "huge": HUGE,
    },
    odd={
        "a datetime": datetime(2024, 1, 1, tzinfo=UTC),
        "the last moment": datetime.max.replace(tzinfo=UTC),
        "zero": 0,
    },
)
IMAGE = Kind(
    good=JPEG,
    wrong={
        "empty": b"",
        "empty text": "",
        "another format": b"GIF89a",
        "another text": "not base64!",
        "a long text": LONG,
        "letters of all kinds": "Zoë",
        **SURROGATES,
        "too large": JPEG * 100_000,
        "a path": __file__,
        "a byte array": bytearray(JPEG),
        "a view": memoryview(JPEG),
        "a number": 5,
        "a list": [JPEG],
        "an object": LongRepr(),
        "a class": bytes,
    },
    odd={"base64": "/9j/4AAA", "base64 in lines": "/9j/\n4AAA\n"},
)
TRACK_URI = f"spotify:track:{ID}"
REMOVALS = Kind(
    good=[{"uri": TRACK_URI}],
    wrong={
        "none": [],
        "a mapping": {"uri": TRACK_URI},
        "a text": TRACK_URI,
        "bytes": b"abc",
        "a number": 5,
        "an object": LongRepr(),
        "texts": [TRACK_URI],
        "one that is None": [None],
        "without a URI": [{}],
        "a URI that is None": [{"uri": None}],
        "a URI that is a number": [{"uri": 5}],
        "another kind": [{"uri": f"spotify:album:{ID}"}],
        "a plain id": [{"uri": ID}],
        "another member": [{"uri": TRACK_URI, "position": 1}],
        "a long member": [{"uri": TRACK_URI, LONG: 1}],
        "a member that is no text": [{"uri": TRACK_URI, LongRepr(): 1}],
        **{
            f"positions that are {name}": [{"uri": TRACK_URI, "positions": value}]
            for name, value in {
                "None": None,
                "a number": 1,
                "a text": "12",
                "bytes": b"12",
                "none": [],
                "negative": [-1],
                "texts": ["1"],
                "floats": [1.0],
                "booleans": [True],
                "huge": [HUGE],
                "infinite": [math.inf],
            }.items()
        },
    },
    odd={
        "a generator": fresh(lambda: generator({"uri": TRACK_URI, "positions": generator(1, 2, 1)})),
        "a tuple": ({"uri": "spotify:local:a:b:c:1"},),
    },
)


def an_attribute(good: float, *, at_least: float | None, at_most: float | None, whole: bool = False) -> Kind:
    """What recommendations are tuned by."""
    wrong = {name: value for name, value in NOT_INTEGERS.items() if whole or name != "a float"}
    below: Values = {} if at_least is None else {"too low": at_least - 1, "huge and negative": -HUGE}
    above: Values = {} if at_most is None else {"too high": at_most + 1}
    return Kind(good=good, wrong={**wrong, **below, **above, "huge": HUGE, "negative infinity": -math.inf})
