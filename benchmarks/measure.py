"""Timing in turns: machines are noisy, so that only figures of one run can be compared."""

from __future__ import annotations

import gc
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

__all__ = ["Comparison", "Spread", "compare", "compare_imports"]

Subject = Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Median, least and most of several measurements, in seconds (or of ratios)."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: list[float]) -> Spread:
        """Summarise measurements."""
        return cls(median=statistics.median(values), least=min(values), most=max(values))


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One thing measured beside its floor.

    Parameters
    ----------
    name, floor_name
        What was measured, and what it is compared with.
    measured, floor
        Seconds for one time each.
    ratio
        Of the two, pair by pair.
    rounds
        How many pairs.
    aim
        In words; empty where there is none.
    met
        Whether the aim was met; None where there is none.
    """

    name: str
    floor_name: str
    measured: Spread
    floor: Spread
    ratio: Spread
    rounds: int
    aim: str = ""
    met: bool | None = None

    def as_json(self) -> dict[str, object]:
        """Return it as JSON holds it."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What a comparison should come to: seconds, a ratio, or both."""

    seconds: float | None = None
    ratio: float | None = None

    def words(self) -> str:
        """Write it out."""
        parts = []
        if self.seconds is not None:
            parts.append(f"< {duration(self.seconds)}")
        if self.ratio is not None:
            parts.append(f"≤ {self.ratio:g} ×")
        return ", ".join(parts)

    def is_met(self, measured: Spread, ratio: Spread) -> bool | None:
        """Judge by the medians."""
        answers = []
        if self.seconds is not None:
            answers.append(measured.median < self.seconds)
        if self.ratio is not None:
            answers.append(ratio.median <= self.ratio)
        return all(answers) if answers else None


def duration(seconds: float) -> str:
    """Write seconds with a unit that fits, to three figures."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def compare(  # noqa: PLR0913, PLR0917
    name: str,
    subject: Subject,
    floor_name: str,
    floor: Subject,
    rounds: int,
    repeat: int = 1,
    aim: Aim | None = None,
) -> Comparison:
    """Measure a subject and its floor in turns.

    Parameters
    ----------
    rounds
        Pairs of measurements.
    repeat
        Calls in one measurement; more for what is quick.
    """
    subject(), floor()
    pairs = []
    for number in range(rounds):
        # Each goes first in half of the rounds: neither has the other's caches for itself.
        if number % 2:
            second = _time(floor, repeat)
            pairs.append((_time(subject, repeat), second))
        else:
            first = _time(subject, repeat)
            pairs.append((first, _time(floor, repeat)))
    return _compared(name, floor_name, pairs, aim)


def _time(subject: Subject, repeat: int) -> float:
    gc.collect()
    start = time.perf_counter()
    for _ in range(repeat):
        subject()
    return (time.perf_counter() - start) / repeat


def _compared(
    name: str, floor_name: str, pairs: list[tuple[float, float]], aim: Aim | None
) -> Comparison:
    measured = Spread.of([pair[0] for pair in pairs])
    ratio = Spread.of([pair[0] / pair[1] for pair in pairs])
    wanted = aim or Aim()
    return Comparison(
        name=name,
        floor_name=floor_name,
        measured=measured,
        floor=Spread.of([pair[1] for pair in pairs]),
        ratio=ratio,
        rounds=len(pairs),
        aim=wanted.words(),
        met=wanted.is_met(measured, ratio),
    )


_CLOCK = "import time; start = time.perf_counter(); {}; print(time.perf_counter() - start)"


def compare_imports(
    name: str, code: str, floor: str, rounds: int, aim: Aim | None = None
) -> Comparison:
    """Measure two import statements in turns, each in a Python of its own."""
    for statement in (code, floor):
        _import(statement)  # writes the bytecode
    pairs = []
    for number in range(rounds):
        if number % 2:
            second = _import(floor)
            pairs.append((_import(code), second))
        else:
            first = _import(code)
            pairs.append((first, _import(floor)))
    return _compared(name, f"`{floor}`", pairs, aim)


def _import(statement: str) -> float:
    done = subprocess.run(
        [sys.executable, "-c", _CLOCK.format(statement)],
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)
