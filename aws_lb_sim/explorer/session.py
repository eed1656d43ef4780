"""What is sent to a page, and when: the state it shows, then those that are one click away."""

from __future__ import annotations

import json
import zlib
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aws_lb_sim.errors import InputError
from aws_lb_sim.explorer.codes import decode, encode
from aws_lb_sim.explorer.controls import control
from aws_lb_sim.explorer.fixes import TO_PRESET, Candidate, fixes
from aws_lb_sim.explorer.neighbours import moves, preset_moves
from aws_lb_sim.explorer.pool import Pool
from aws_lb_sim.explorer.scenario import corrected_name
from aws_lb_sim.explorer.state import state_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_lb_sim.explorer.moves import Move
    from aws_lb_sim.explorer.scenario import Outcome, Scenario

__all__ = ["Courier", "Message", "States"]

Json = dict[str, Any]

MOST_STATES = 4000
"""States that are kept; older ones are made again when they are asked for."""
MOST_BYTES = 48_000_000
"""Of parts of states; when there are more, both sides begin anew."""
CHUNK = 6
"""States that go into one message."""
LARGEST_MESSAGE = 30_000
"""Compressed bytes of a message at most, so that none holds up a click."""


@dataclass(slots=True)
class States:
    """The states that were made so far, by their codes, and the parts they are made of."""

    pool: Pool = field(default_factory=Pool)
    epoch: int = 0
    _packed: OrderedDict[str, tuple[Any, Outcome]] = field(default_factory=OrderedDict)

    def get(self, code: str, scenario: Scenario | None = None) -> tuple[Any, Outcome]:
        """Return the packed state of a code, and its outcome.

        Raises
        ------
        InputError
            The code is none, or cannot be simulated.
        """
        found = self._packed.get(code)
        if found is not None:
            self._packed.move_to_end(code)
            return found
        state, outcome = state_of(decode(code) if scenario is None else scenario)
        for each in state["controls"].values():
            self.pool.keep(each)
        found = self._packed[code] = (self.pool.add(state), outcome)
        if len(self._packed) > MOST_STATES:
            self._packed.popitem(last=False)
        return found

    def shrink(self) -> bool:
        """Begin anew where too much is held; whether that was so."""
        if self.pool.size <= MOST_BYTES:
            return False
        self.pool, self.epoch = Pool(), self.epoch + 1
        self._packed.clear()
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message to the page.

    Parameters
    ----------
    content
        Small: what it is about.
    packed
        Larger: JSON, compressed; empty for none.
    """

    content: Json
    packed: bytes = b""


@dataclass(slots=True)
class Courier:
    """One page, what it has already, and what it is to get next.

    Parameters
    ----------
    states
        Shared by all pages of a widget.
    name
        Of the page.
    """

    states: States
    name: str
    known: set[int] = field(default_factory=set)
    shipped: set[str] = field(default_factory=set)
    epoch: int = 0

    def state(self, code: str, about: Json | None = None, kind: str = "go") -> Message:
        """Return the message that brings one state, which the page waits for or soon may."""
        self._renew()
        packed, _ = self.states.get(code)
        body = self._body({code: packed})
        # Not compressed: a person waits for it, and to unpack it takes the page longer.
        return self._message(kind, {}, {**(about or {}), "code": code, "body": body})

    def around(self, code: str) -> Iterator[tuple[Message, ...]]:
        """Go through the messages about a state's neighbourhood, the most urgent first.

        First comes where each choice leads, then the states there, then the fixes of the
        findings. They come after every few milliseconds of work, none where there are none
        yet, so that whoever sends them can look after other things.
        """
        self._renew()
        scenario = decode(code)
        made = [*moves(scenario), *preset_moves(scenario)]
        targets = [encode(move.scenario) for _, _, move in made]
        yield (self._message("moves", {}, {"code": code, "moves": _by_control(made, targets)}),)
        wanted = {
            target: move.scenario
            for target, (_, _, move) in zip(targets, made, strict=True)
            if target not in self.shipped and target != code
        }
        part: dict[str, Any] = {}
        # First those that ask the same design for something else: they are sooner made.
        for target, there in sorted(
            wanted.items(), key=lambda each: each[1].design != scenario.design
        ):
            try:
                part[target] = self.states.get(target, there)[0]
            except InputError:  # it is told in words when a person chooses it
                continue
            if len(part) < CHUNK:
                yield ()
            else:
                yield self._split(part)
                part = {}
        yield self._split(part)
        yield (self._message("fixes", {}, {"code": code, "fixes": self.fixes(code)}),)

    def fixes(self, code: str) -> Json:
        """Return the fixes of a state's findings, by their codes: words, and where they lead."""
        scenario = decode(code)
        outcome = self.states.get(code)[1]
        candidates = []
        for name, number, move in _mending(scenario):
            try:
                there = self.states.get(encode(move.scenario), move.scenario)[1]
            except InputError:
                continue
            made = control(name)
            value = made.options[int(number)].value if made is not None else number
            candidates.append(Candidate(name=name, value=value, move=move, outcome=there))
        return {
            finding: [
                {"text": fix.text, "code": encode(fix.candidate.move.scenario)} for fix in found
            ]
            for finding, found in fixes(outcome, candidates).items()
        }

    def _renew(self) -> None:
        self.states.shrink()
        if self.epoch != self.states.epoch:
            self.known, self.shipped, self.epoch = set(), set(), self.states.epoch

    def _split(self, part: dict[str, Any]) -> tuple[Message, ...]:
        """Put states into one message, or several where it would be large."""
        if not part:
            return ()
        before = set(self.known)
        message = self._message("states", part, {})
        if len(message.packed) <= LARGEST_MESSAGE or len(part) == 1:
            return (message,)
        self.known = before
        return tuple(self._message("states", {code: each}, {}) for code, each in part.items())

    def _message(self, kind: str, part: dict[str, Any], about: Json) -> Message:
        content = {"kind": kind, "page": self.name, "epoch": self.epoch, **about}
        if not part:
            return Message(content=content)
        text = json.dumps(self._body(part), separators=(",", ":"))
        return Message(content=content, packed=zlib.compress(text.encode(), 6))

    def _body(self, part: dict[str, Any]) -> Json:
        """Return packed states with the parts of them that the page has not got yet."""
        self.shipped.update(part)
        parts = self.states.pool.parts_of(list(part.values()), self.known)
        return {"parts": {str(number): each for number, each in parts.items()}, "states": part}


def _by_control(made: list[tuple[str, Any, Move]], targets: list[str]) -> Json:
    """Return control → option → (code, what gives way)."""
    found: Json = {}
    for (name, number, move), target in zip(made, targets, strict=True):
        found.setdefault(name, {})[str(number)] = [target, *move.gave_way]
    return found


def _mending(scenario: Scenario) -> Iterator[tuple[str, int | str, Move]]:
    for name, number, move in moves(scenario):
        made = control(name)
        if made is not None and not made.of_request:
            yield name, number, move
    if scenario.printed:
        corrected = corrected_name(scenario.printed)
        for _name, other, move in preset_moves(scenario):
            if other == corrected:
                yield TO_PRESET, other, move
