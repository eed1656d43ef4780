"""The states that one click can reach from where one stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.explorer.controls import controls
from aws_lb_sim.explorer.fixes import TO_PRESET
from aws_lb_sim.explorer.moves import Move, move, statuses
from aws_lb_sim.explorer.scenario import start
from aws_lb_sim.manifests.presets import presets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_lb_sim.explorer.scenario import Scenario

__all__ = ["moves", "preset_moves"]


def moves(scenario: Scenario) -> Iterator[tuple[str, int, Move]]:
    """Go through every choice that one click can make, in the order on the screen.

    Yields
    ------
    tuple
        (name of the control, number of the option, where it leads); not what is chosen
        already, and not what is impossible.

    Examples
    --------
    >>> from aws_lb_sim.explorer.scenario import Scenario
    >>> [(name, number) for name, number, _ in moves(Scenario())][:3]
    [('load_balancer', 0), ('load_balancer', 1), ('load_balancer', 3)]
    """
    standing = statuses(scenario)
    for made in controls():
        status = standing[made.name]
        for number in range(len(made.options)):
            if number != status.chosen and number not in status.impossible:
                yield made.name, number, move(scenario, made.name, number)


def preset_moves(scenario: Scenario) -> Iterator[tuple[str, str, Move]]:
    """Go through the presets: a fresh start from each, with the same request.

    Yields
    ------
    tuple
        (``preset``, its name, where it leads).
    """
    for each in presets():
        yield TO_PRESET, each.name, Move(scenario=start(each.name, scenario.ask))
