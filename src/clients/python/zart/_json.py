"""JSON to the letter: raw slices of a text, decoded only when somebody asks for the value."""

from __future__ import annotations

import json
import re
from typing import Any, Dict, Iterator, List, Tuple

_SPACE = re.compile(r"[ \t\r\n]*")
_SCALAR = re.compile(r"[^,\]}\s]+")
_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
# Numbers stay strings: only the end of the value is wanted, and a long one must not be refused.
_scan = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str, strict=False).scan_once
_string = json.decoder.scanstring

_MARK = "\ue000zart-raw-%d\ue000"
_MARKED = re.compile('"\ue000zart-raw-([0-9]+)\ue000"')


class Json:
    """A JSON value as text. It is sent exactly as it is, also inside of lists and dicts."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    @property
    def value(self) -> Any:
        """The decoded value, decoded anew each time."""
        return json.loads(self.text)

    def members(self) -> "Dict[str, Json]":
        """The members of an object, each to the letter, the last one of a name; empty for another value."""
        return {name: Json(text) for name, text in members(self.text)} if self.text.lstrip()[:1] == "{" else {}

    def items(self) -> "List[Json]":
        """The items of an array, each to the letter; empty for another value."""
        return [Json(text) for text in items(self.text)] if self.text.lstrip()[:1] == "[" else []

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return "Json(%r)" % self.text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Json) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)


NULL = Json("null")


def encode(value: Any) -> str:
    """JSON text of a value; a :class:`Json` anywhere in it goes in to the letter. NaN and infinity are refused."""
    if isinstance(value, Json):
        return value.text
    raw: List[Json] = []

    def default(part: Any) -> str:
        if not isinstance(part, Json):
            raise TypeError("%s is not JSON serializable" % type(part).__name__)
        raw.append(part)
        return _MARK % (len(raw) - 1)

    text = json.dumps(value, default=default, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    if not raw:
        return text
    met = 0

    def fill(match: "re.Match[str]") -> str:
        # Marks are met in the order in which they were made: a string of the value that looks like one is left alone.
        nonlocal met
        if met == len(raw) or int(match.group(1)) != met:
            return match.group(0)
        met += 1
        return raw[met - 1].text

    return _MARKED.sub(fill, text)


def members(text: str) -> Iterator[Tuple[str, str]]:
    """Names of an object with the raw text of each value."""
    at = _skip_space(text, _skip_space(text, 0) + 1)
    while text[at] != "}":
        if text[at] != '"':
            raise ValueError("not an object: %.60r" % text)
        name, at = _string(text, at + 1, False)
        at = _skip_space(text, _skip_space(text, at) + 1)
        end = _end(text, at)
        yield name, text[at:end]
        at = _skip_space(text, end)
        if text[at] == ",":
            at = _skip_space(text, at + 1)


def items(text: str) -> Iterator[str]:
    """The raw text of each item of an array."""
    at = _skip_space(text, _skip_space(text, 0) + 1)
    while text[at] != "]":
        end = _end(text, at)
        yield text[at:end]
        at = _skip_space(text, end)
        if text[at] == ",":
            at = _skip_space(text, at + 1)


def _skip_space(text: str, at: int) -> int:
    return at if text[at] > " " else _SPACE.match(text, at).end()  # type: ignore[union-attr]


def _end(text: str, at: int) -> int:
    """Where the value that begins there ends."""
    first = text[at]
    if first not in '{["':
        return _SCALAR.match(text, at).end()  # type: ignore[union-attr]
    try:
        return _scan(text, at)[1]
    except RecursionError:
        return _end_of_deep(text, at)


def _end_of_deep(text: str, at: int) -> int:
    depth = 0
    for token in _TOKENS.finditer(text, at):
        mark = token.group()
        if mark in "[{":
            depth += 1
        elif mark in "]}":
            depth -= 1
            if depth == 0:
                return token.end()
    raise ValueError("JSON text ends too early")
