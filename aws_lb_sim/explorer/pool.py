"""Many states that are alike, sent as the parts in which they differ.

Neighbouring states share nearly everything: the text of a manifest, the drawing of a box,
the words of a rule. Every part of a state is therefore held once, under a number, and a
state says ``{"$": number}`` where it has that part. What the page has already is not sent
again.
"""

from __future__ import annotations

import marshal
from typing import Any

__all__ = ["REFERENCE", "Pool", "join"]

REFERENCE = "$"
"""The key of a reference; no state has it as a key of its own."""

# In version 2 equal values give equal bytes, whichever objects they share.
_MARSHAL_VERSION = 2
# Smaller parts are cheaper to say again than to refer to.
_LEAST_BYTES = 48
_LEAST_CHARACTERS = 40


class Pool:
    r"""Parts of states by number, each held once.

    Examples
    --------
    >>> pool = Pool()
    >>> long = "spec:\n  port: 8443\n  protocolStack: [PROXY, TLS]\n"
    >>> first = pool.add({"listener": long, "answer": 200})
    >>> second = pool.add({"listener": long, "answer": 301})
    >>> len(pool.parts_of(first, set())), len(pool.parts_of(second, {0}))
    (1, 0)
    """

    def __init__(self) -> None:
        self._numbers: dict[bytes, int] = {}
        self._parts: list[Any] = []
        self._kept: dict[int, tuple[Any, Any]] = {}
        self.size = 0

    def __len__(self) -> int:
        return len(self._parts)

    def add(self, value: Any) -> Any:
        """Return a value of JSON with its larger parts replaced by references."""
        kind = type(value)
        if kind is str:
            if len(value) < _LEAST_CHARACTERS:
                return value
            held = value
        elif kind is dict:
            if known := self._kept.get(id(value)):
                return known[0]
            if REFERENCE in value:
                raise ValueError(f"a state has no key {REFERENCE!r}")
            add = self.add
            held = {name: add(each) for name, each in value.items()}
        elif kind is list or kind is tuple:
            add = self.add
            held = [add(each) for each in value]
        else:
            return value
        key = marshal.dumps(held, _MARSHAL_VERSION)
        if len(key) < _LEAST_BYTES:
            return held
        return {REFERENCE: self._number(key, held)}

    def keep(self, value: dict[str, Any]) -> None:
        """Pack a mapping once that is the same object each time, and never changes."""
        if id(value) not in self._kept:
            # The value is kept as well: its id would else be given to another one.
            self._kept[id(value)] = (self.add(value), value)

    def _number(self, key: bytes, held: Any) -> int:
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._parts)
            self._parts.append(held)
            self.size += len(key)
        return number

    def parts_of(self, packed: Any, known: set[int]) -> dict[int, Any]:
        """Return the parts that a packed value needs and that are not known; now they are.

        Parameters
        ----------
        packed
            What :meth:`add` returned.
        known
            Numbers of parts that the other side has; those returned are added to it.
        """
        found: dict[int, Any] = {}
        waiting = [packed]
        while waiting:
            each = waiting.pop()
            if type(each) is dict:
                number = each.get(REFERENCE)
                if number is None:
                    waiting.extend(each.values())
                elif number not in known:
                    known.add(number)
                    found[number] = self._parts[number]
                    waiting.append(found[number])
            elif type(each) is list:
                waiting.extend(each)
        return found


def join(packed: Any, parts: dict[int, Any]) -> Any:
    """Return a packed value with every reference replaced by its part, as the page does.

    Examples
    --------
    >>> join([{"$": 0}, 200], {0: "a long text"})
    ['a long text', 200]
    """
    if isinstance(packed, dict):
        if REFERENCE in packed:
            return join(parts[packed[REFERENCE]], parts)
        return {name: join(each, parts) for name, each in packed.items()}
    if isinstance(packed, list):
        return [join(each, parts) for each in packed]
    return packed
