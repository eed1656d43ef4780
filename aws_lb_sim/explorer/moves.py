"""Where one click leads: what can be chosen, what cannot and why, and what gives way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from aws_lb_sim.design.constraints import CONSTRAINTS
from aws_lb_sim.design.design import Design
from aws_lb_sim.design.problems import check, problems, values
from aws_lb_sim.errors import InputError
from aws_lb_sim.explorer.ask import ask_with
from aws_lb_sim.explorer.controls import (
    PRECEDENCE,
    control,
    controls,
    field,
)
from aws_lb_sim.explorer.labels import label_of
from aws_lb_sim.explorer.scenario import corrected_name

if TYPE_CHECKING:
    from aws_lb_sim.design.constraints import Constraint
    from aws_lb_sim.explorer.control import Control
    from aws_lb_sim.explorer.scenario import Scenario

__all__ = ["PRINTED", "Move", "Status", "choose", "move", "statuses"]

PRINTED = "a recipe as the page prints it is fixed text: take the corrected design to change it"


_OF_PRINTED = "emissary_version"
_ANY = Design()


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How a control stands.

    Parameters
    ----------
    chosen
        Number of the option that is chosen, the text that stands there, or None.
    impossible
        Number of an option → why it cannot be chosen.
    yields
        Numbers of the options that can be chosen because others give way.
    """

    chosen: int | str | None
    impossible: dict[int, str]
    yields: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Where a choice leads.

    Parameters
    ----------
    scenario
        What is chosen then.
    gave_way
        What else changed, in words.
    """

    scenario: Scenario
    gave_way: tuple[str, ...] = ()


def statuses(scenario: Scenario) -> dict[str, Status]:
    """Return how every control stands, in the order on the screen.

    Examples
    --------
    >>> from aws_lb_sim.explorer.scenario import start
    >>> statuses(start("tls-at-l7-alb"))["tls_termination"].impossible[1]
    'a load balancer on layer 7 cannot pass TLS through: it ends it, to read HTTP'
    """
    of_design = _design_statuses(scenario.design)
    if scenario.printed:
        of_design = {**_printed_statuses(), _OF_PRINTED: of_design[_OF_PRINTED]}
    return {
        made.name: _ask_status(made, scenario) if made.of_request else of_design[made.name]
        for made in controls()
    }


def _ask_status(made: Control, scenario: Scenario) -> Status:
    value = getattr(scenario.ask, field(made))
    if made.is_text:
        return Status(chosen=value, impossible={})
    chosen = next(n for n, option in enumerate(made.options) if option.value == value)
    impossible = {}
    spoken = scenario.ask.spoken
    if made.name == "http" and scenario.ask.kind != "page":
        why = f"{label_of('kind', scenario.ask.kind)} is spoken over HTTP/{spoken}"
        impossible = {n: why for n, option in enumerate(made.options) if option.value != spoken}
        chosen = next(n for n, option in enumerate(made.options) if option.value == spoken)
    return Status(chosen=chosen, impossible=impossible)


@cache
def _printed_statuses() -> dict[str, Status]:
    return {
        made.name: Status(chosen=None, impossible=dict.fromkeys(range(len(made.options)), PRINTED))
        for made in controls()
        if not made.of_request
    }


@lru_cache(maxsize=1024)
def _design_statuses(design: Design) -> dict[str, Status]:
    return {made.name: _status(design, made) for made in controls() if not made.of_request}


def _status(design: Design, made: Control) -> Status:
    return _status_of(made, tuple(getattr(design, name) for name in _read_with(made.name)))


@cache
def _read_with(name: str) -> tuple[str, ...]:
    """Return the fields that decide how a field's control stands, itself first."""
    others = (each for constraint in _about(name) for each in constraint.fields)
    return tuple(dict.fromkeys((name, *others)))


# Designs by the thousand have few different values in these fields.
@lru_cache(maxsize=4096)
def _status_of(made: Control, decisive: tuple[Any, ...]) -> Status:
    now = decisive[0]
    if made.is_text:
        return Status(chosen=now, impossible={})
    fields = dict(zip(_read_with(made.name), decisive, strict=True))
    design = replace(_ANY, **fields)
    chosen, impossible, yields = None, {}, []
    for number, option in enumerate(made.options):
        # 0 and False are equal, and no field has both.
        if option.value == now and type(option.value) is type(now):
            chosen = number
            continue
        broken = _broken(_with(design, made.name, option.value), made.name)
        against = [each for each in broken if _stands_against(each, made.name)]
        if against:
            impossible[number] = "; ".join(each.rule.text for each in against)
        elif broken:
            yields.append(number)
    return Status(chosen=chosen, impossible=impossible, yields=tuple(yields))


def _with(design: Design, name: str, value: Any) -> Design:
    """Return the design with a field replaced by a value that is not judged yet."""
    changes = {name: value}
    return replace(design, **changes)


@cache
def _about(name: str) -> tuple[Constraint, ...]:
    return tuple(each for each in CONSTRAINTS if name in each.fields)


def _broken(design: Design, name: str) -> list[Constraint]:
    """Return the constraints that a change of a field of a valid design broke."""
    return [each for each in _about(name) if each.broken(design)]


def _stands_against(constraint: Constraint, name: str) -> bool:
    """Whether all other fields of a constraint come before a field, and so do not give way."""
    rank = PRECEDENCE.index(name)
    return all(PRECEDENCE.index(each) < rank for each in constraint.fields if each != name)


def move(scenario: Scenario, name: str, value: object) -> Move:
    """Return where the choice of a value, or a text, leads.

    Parameters
    ----------
    scenario
        Where one stands.
    name
        Of the control.
    value
        The number of an option, or a text.

    Raises
    ------
    InputError
        It is impossible, or there is no such control or option.

    Examples
    --------
    >>> from aws_lb_sim.explorer.scenario import start
    >>> for words in move(start("recommended-nlb"), "load_balancer", 3).gave_way[:2]:
    ...     print(words)
    Made by: cloud-provider-aws → AWS Load Balancer Controller
    TLS ends at: Emissary → load balancer
    """
    made = control(name)
    if made is None:
        raise InputError(f"there is no control {name!r}")
    if made.is_text:
        if not isinstance(value, str):
            raise InputError(f"{made.label} takes a text")
        return choose(scenario, name, value)
    if not isinstance(value, int) or not 0 <= value < len(made.options):
        raise InputError(f"{made.label} has no option {value!r}")
    return choose(scenario, name, made.options[value].value)


def choose(scenario: Scenario, name: str, value: object) -> Move:
    """Return where the choice of a value of a field leads; see :func:`move`."""
    made = control(name)
    if made is None:
        raise InputError(f"there is no control {name!r}")
    if made.of_request:
        return Move(scenario=replace(scenario, ask=ask_with(scenario.ask, **{field(made): value})))
    if scenario.printed and name != _OF_PRINTED:
        raise InputError(PRINTED, mend=f"start from {corrected_name(scenario.printed)}")
    before = scenario.design
    after = _changed(before, made, value)
    names = [each.name for each in controls() if not each.of_request and each.name != name]
    gave_way = tuple(
        f"{_label(each)}: {_words(before, each)} → {_words(after, each)}"
        for each in names
        if getattr(before, each) != getattr(after, each)
    )
    return Move(scenario=replace(scenario, design=after), gave_way=gave_way)


def _changed(design: Design, made: Control, value: object) -> Design:
    changed = _with(design, made.name, value)
    if made.is_text:
        check(changed)
        return changed
    if not _broken(changed, made.name):
        return changed
    settled = _settle(changed, PRECEDENCE.index(made.name))
    if settled is None:
        label = f"{made.label}: {label_of(made.name, value)}"
        reasons = "; ".join(each.reason for each in problems(changed))
        raise InputError(f"{label} is not possible here: {reasons}")
    return settled


def _settle(design: Design, rank: int) -> Design | None:
    """Let the fields that come after a rank give way, as few as need be.

    From the most far-reaching to the least, each keeps its value where nothing before
    it speaks against that; else it takes its default, else its first possible value.
    None where an earlier field stands against the one at this rank.
    """
    if any(each.broken(design) for each in _due()[rank]):
        return None
    if rank + 1 == len(PRECEDENCE):
        return design
    name = PRECEDENCE[rank + 1]
    default = Design.__dataclass_fields__[name].default
    for value in dict.fromkeys((getattr(design, name), default, *values()[name])):
        settled = _settle(_with(design, name, value), rank + 1)
        if settled is not None:
            return settled
    return None


@cache
def _due() -> tuple[tuple[Constraint, ...], ...]:
    """Return, for each rank, the constraints that can be judged once its field is settled."""
    due: list[list[Constraint]] = [[] for _ in PRECEDENCE]
    for each in CONSTRAINTS:
        due[max(PRECEDENCE.index(name) for name in each.fields)].append(each)
    return tuple(tuple(each) for each in due)


def _label(name: str) -> str:
    made = control(name)
    return made.label if made else name


def _words(design: Design, name: str) -> str:
    return label_of(name, getattr(design, name))
