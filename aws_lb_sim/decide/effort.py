"""How much there is to do and to keep for a design: what makes it simple or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aws_lb_sim.manifests.manifests import Manifests

__all__ = ["Effort", "effort"]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Effort:
    """How much there is to do and to keep in step; fewer is simpler.

    Parameters
    ----------
    manual_steps
        Commands to run by hand, and a stack to deploy.
    to_install
        The AWS Load Balancer Controller, or a stack beside the manifests.
    settings
        Values written in all manifests and the template.
    """

    manual_steps: int
    to_install: int
    settings: int


def effort(manifests: Manifests) -> Effort:
    """Count what a person has to do and to keep for some manifests.

    Examples
    --------
    >>> from aws_lb_sim.design.design import Design
    >>> from aws_lb_sim.manifests.write import write
    >>> made = effort(write(Design()))
    >>> made.manual_steps, made.to_install
    (0, 1)
    """
    template = manifests.cloudformation
    needs_controller = manifests.controller == "aws-load-balancer-controller"
    return Effort(
        manual_steps=len(manifests.commands) + (template is not None),
        to_install=int(needs_controller) + (template is not None),
        settings=sum(map(_values, manifests.documents)) + _values(template),
    )


def _values(data: Any) -> int:
    """Count the values, not the structure, of a document."""
    if isinstance(data, dict):
        return sum(map(_values, data.values()))
    if isinstance(data, list | tuple):
        return sum(map(_values, data))
    return data is not None
