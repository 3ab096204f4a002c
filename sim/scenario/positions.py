"""Where each value of a TOML file stands: key path -> line.

The standard parser reads values but forgets lines. This scanner walks a text
that the parser has already accepted, and so needs no checks of its own.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from typing import Any

from sim.scenario.errors import KeyPath

_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\])*"'
    r"|'[^']*'",
    re.DOTALL,
)
_BLANK = re.compile(r"(?:\s|#[^\n]*)*")
_BARE = re.compile(r"[^,\]}\n#]+")
_PLAIN = re.compile(r"[^\"'=\]]+")


DEEPEST = 50
"""Tables and lists within each other; a scenario has a dozen."""

_LONG = re.compile(r"[0-9][0-9_]{4000}")
_DEEP = re.compile(r"(?:[\[{.][^\[{.\n]*){50}")


class UnusableError(tomllib.TOMLDecodeError):
    """A text that is TOML and yet more than Python reads, or any scenario could hold."""

    def __init__(self, what: str, text: str, sign: re.Pattern[str]) -> None:
        found = sign.search(text)
        line = text.count("\n", 0, found.start()) + 1 if found else 1
        ValueError.__init__(self, f"{what} (at line {line}, column 1)")


def parse(text: str) -> dict[str, Any]:
    """Parse a TOML text. Raises ``tomllib.TOMLDecodeError``, whatever is wrong with it."""
    try:
        data = tomllib.loads(text)
        deep = _depth(data) > DEEPEST
    except tomllib.TOMLDecodeError:
        raise
    except ValueError as error:  # Python reads no whole number of some thousand digits
        raise UnusableError("a whole number of too many digits", text, _LONG) from error
    except RecursionError:
        deep = True
    if deep:
        problem = f"tables or lists more than {DEEPEST} deep within each other"
        raise UnusableError(problem, text, _DEEP)
    return data


def _depth(data: dict[str, Any]) -> int:
    """Return how many tables and lists lie within each other, without going down into them."""
    level: list[Any] = [data]
    depth = 0
    while level:
        depth += 1
        inner = (each.values() if isinstance(each, dict) else each for each in level)
        level = [item for items in inner for item in items if isinstance(item, dict | list)]
    return depth


def locate(text: str) -> dict[KeyPath, int]:
    """Return the line (from 1) of every table, list and value of a valid TOML text.

    A table that is never opened by a header has the line of its first key.
    """
    return _Scanner(text).scan()


def error_line(error: tomllib.TOMLDecodeError, text: str) -> tuple[str, int]:
    """Split a parser's message into what is wrong and the line where it noticed."""
    message = str(error)
    found = re.search(r" \(at line (\d+), column \d+\)$", message)
    if found:
        return message[: found.start()], int(found.group(1))
    return message.removesuffix(" (at end of document)"), max(1, len(text.splitlines()))


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text.replace("\r\n", "\n")
        self.at = 0
        self.ends = [found.start() for found in re.finditer("\n", self.text)]
        self.lines: dict[KeyPath, int] = {}
        self.last: dict[KeyPath, int] = {}
        """Position of the last element of each array of tables."""

    def scan(self) -> dict[KeyPath, int]:
        self.lines[()] = 1
        table: KeyPath = ()
        self._blank()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._blank()
        return self.lines

    def _header(self) -> KeyPath:
        line, double = self._line(), self.text.startswith("[[", self.at)
        self.at += 1 + double
        path = self._through_arrays(self._key())
        self.at += 1 + double
        if double:
            self.lines.setdefault(path, line)
            self.last[path] = self.last.get(path, -1) + 1
            path = (*path, self.last[path])
        self._mark(path, line)
        return path

    def _through_arrays(self, keys: list[str]) -> KeyPath:
        """Put the position of the last element behind each key that is an array of tables."""
        path: KeyPath = ()
        for number, key in enumerate(keys, 1):
            path = (*path, key)
            if path in self.last and number < len(keys):
                path = (*path, self.last[path])
        return path

    def _pair(self, table: KeyPath) -> None:
        keys = self._key()
        self.at += 1
        self._blank()
        self._value((*table, *keys))

    def _value(self, path: KeyPath) -> None:
        self._mark(path, self._line())
        match self.text[self.at]:
            case "[":
                self._array(path)
            case "{":
                self._inline_table(path)
            case '"' | "'":
                self._skip(_STRING)
            case _:
                self._skip(_BARE)

    def _array(self, path: KeyPath) -> None:
        count = 0
        while self._next_item("]"):
            self._value((*path, count))
            count += 1

    def _inline_table(self, path: KeyPath) -> None:
        while self._next_item("}"):
            self._pair(path)

    def _next_item(self, closing: str) -> bool:
        """Step over an opening bracket or comma; False once past the closing bracket."""
        if self.text[self.at] in "[{":
            self.at += 1
        self._blank()
        if self.text[self.at] == ",":
            self.at += 1
            self._blank()
        if self.text[self.at] == closing:
            self.at += 1
            return False
        return True

    def _key(self) -> list[str]:
        """Read a dotted key up to its ``=`` or ``]`` and split it as the parser does."""
        begin = self.at
        while self.text[self.at] not in "=]":
            self._skip(_STRING if self.text[self.at] in "\"'" else _PLAIN)
        inner = tomllib.loads(f"{self.text[begin : self.at]} = 0")
        keys: list[str] = []
        while isinstance(inner, dict):
            [(key, inner)] = inner.items()
            keys.append(key)
        return keys

    def _mark(self, path: KeyPath, line: int) -> None:
        for size in range(1, len(path)):
            self.lines.setdefault(path[:size], line)
        self.lines[path] = line

    def _line(self) -> int:
        return bisect_right(self.ends, self.at - 1) + 1

    def _blank(self) -> None:
        self._skip(_BLANK)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.at)
        self.at = found.end() if found else len(self.text)
