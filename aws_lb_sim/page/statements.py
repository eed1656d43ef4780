"""Every statement of the page that says something, in the page's order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.errors import InputError
from aws_lb_sim.page import (
    alb,
    classic,
    client_address,
    listener_reference,
    nlb,
    recommended,
    service_annotations,
    tls_layer_7,
    tls_termination,
)

if TYPE_CHECKING:
    from aws_lb_sim.page.statement import Statement

__all__ = ["STATEMENTS", "statement"]

STATEMENTS: tuple[Statement, ...] = (
    *recommended.STATEMENTS,
    *classic.STATEMENTS,
    *nlb.STATEMENTS,
    *alb.STATEMENTS,
    *service_annotations.STATEMENTS,
    *tls_termination.STATEMENTS,
    *tls_layer_7.STATEMENTS,
    *client_address.STATEMENTS,
    *listener_reference.STATEMENTS,
)


def statement(name: str) -> Statement:
    """Return the statement of an id.

    Raises
    ------
    InputError
        There is none; the message lists those that are.

    Examples
    --------
    >>> statement("recommended-works").verdict
    'held until 1.14'
    """
    for each in STATEMENTS:
        if each.id == name:
            return each
    known = ", ".join(each.id for each in STATEMENTS)
    raise InputError(f"there is no statement {name!r}", mend=f"use one of {known}")
