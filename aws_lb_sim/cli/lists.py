"""``aws-lb-sim designs``, ``findings`` and ``rules``: what there is."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

import aws_lb_sim
from aws_lb_sim.cli.arguments import Output, print_json
from aws_lb_sim.findings.check import describe
from aws_lb_sim.manifests.presets import presets
from aws_lb_sim.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["all_rules", "designs", "findings", "rules"]


NOT_MODELS = ("aws_lb_sim.cli", "aws_lb_sim.views", "aws_lb_sim.lab")
"""Modules without rules of behaviour."""

OutputOption = Annotated[Output, typer.Option("--output", help="Words, or one JSON array.")]


def designs(output: OutputOption = "text") -> int:
    """List the designs that `export` knows: the AWS page's recipes, as printed and corrected.

    Examples:

        aws-lb-sim designs

        aws-lb-sim designs --output json
    """
    found = presets()
    if output == "json":
        print_json(
            [
                {**asdict(each), "design": asdict(each.design) if each.design else None}
                for each in found
            ]
        )
        return 0
    width = max(len(each.name) for each in found)
    sys.stdout.writelines(f"{each.name:<{width}}  {each.title}\n" for each in found)
    return 0


def findings(output: OutputOption = "text") -> int:
    """List every hazard that `simulate` looks for, with its severity and fix.

    Examples:

        aws-lb-sim findings

        aws-lb-sim findings --output json
    """
    found = describe()
    if output == "json":
        print_json([asdict(hazard) for hazard in found])
        return 0
    for hazard in found:
        sys.stdout.write(f"{hazard.severity} {hazard.code}\n    {hazard.summary}\n")
        sys.stdout.write(f"    fix: {hazard.fix}\n    source: {hazard.source}\n")
    return 0


def rules(output: OutputOption = "text") -> int:
    """List every rule of behaviour that the simulation goes by, with its source.

    Examples:

        aws-lb-sim rules

        aws-lb-sim rules --output json
    """
    found = all_rules()
    if output == "json":
        print_json([asdict(rule) for rule in found])
        return 0
    for rule in found:
        sys.stdout.write(f"{rule.id}\n    {rule.text}\n    source: {rule.source}\n")
    return 0


def all_rules() -> tuple[Rule, ...]:
    """Return every rule that a module of the package holds, by id.

    Examples
    --------
    >>> "node.source-nat" in {rule.id for rule in all_rules()}
    True
    """
    found = {rule.id: rule for rule in _held_by_modules()}
    return tuple(found[name] for name in sorted(found))


def _held_by_modules() -> Iterator[Rule]:
    for info in pkgutil.walk_packages(aws_lb_sim.__path__, "aws_lb_sim."):
        # A program would run where it is imported.
        if not info.name.startswith(NOT_MODELS) and not info.name.endswith("__main__"):
            for value in vars(importlib.import_module(info.name)).values():
                yield from _within(value)


def _within(value: Any) -> Iterator[Rule]:
    if isinstance(value, Rule):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _within(one)
    elif isinstance(value, tuple | list | frozenset):
        for one in value:
            yield from _within(one)
