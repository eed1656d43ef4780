"""What a box does: it forwards, or it answers; and each step says by which rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from aws_lb_sim.network.connection import Connection
from aws_lb_sim.network.request import Headers, Request

if TYPE_CHECKING:
    from aws_lb_sim.rules import Rule

__all__ = ["Action", "Answer", "Box", "Forward", "Payload", "Result", "Step"]

Action = Literal[
    "added",  # a header, PROXY header, … that was not there
    "removed",
    "rewritten",
    "kept",  # arrived and goes on unchanged, where one might expect otherwise
    "ignored",  # arrived, and has no effect here
    "encrypted",  # a new TLS session begins here
    "decrypted",  # a TLS session ends here
    "passed",  # went through untouched (TLS or HTTP bytes)
    "believed",  # taken for true: a client address, a scheme
    "matched",  # a listener, filter chain, virtual host, route was chosen
    "answered",  # the box answers by itself
    "refused",  # the box ends the connection or request
]
Result = Literal["response", "connection-refused", "connection-closed", "tls-error", "timeout"]

Payload = Request | bytes | None
"""What a connection carries: a request, raw bytes, or nothing at all."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that one box did, and the rule by which it did it.

    Parameters
    ----------
    action
        What kind of thing; an unknown one is an error for every view.
    subject
        What it was done to, in the field's words: ``X-Forwarded-For``,
        ``source address``, ``TLS``, ``PROXY header``, ``route``.
    before, after
        The value before and after; None where there was or is none.
    rule
        The rule, with its source.

    Examples
    --------
    >>> from aws_lb_sim.rules import Rule
    >>> rule = Rule("alb.xfp", "An ALB sets X-Forwarded-Proto.", "AWS guide")
    >>> print(Step("added", "X-Forwarded-Proto", None, "https", rule))
    added X-Forwarded-Proto: https [alb.xfp]
    """

    action: Action
    subject: str
    before: str | None
    after: str | None
    rule: Rule

    def __str__(self) -> str:
        values = [value for value in (self.before, self.after) if value is not None]
        detail = f": {' → '.join(values)}" if values else ""
        return f"{self.action} {self.subject}{detail} [{self.rule.id}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward:
    """A box sends a connection, with its payload, to the next box.

    Parameters
    ----------
    connection, payload
        What goes on.
    steps
        What the box did, in order.
    """

    connection: Connection
    payload: Payload
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A box ends the journey: with an HTTP response, or without one.

    Parameters
    ----------
    result
        ``response`` (an HTTP response came), ``connection-refused`` (nothing
        listens), ``connection-closed`` (accepted, then closed unanswered),
        ``tls-error`` (the handshake failed) or ``timeout``.
    status
        HTTP status of a response, else None.
    headers
        Response headers that matter here (``location``, ``server``, ``alt-svc``).
    reason
        Why, in words a person can act on.
    steps
        What the box did, in order.

    Examples
    --------
    >>> Answer(result="response", status=301, headers=(("location", "https://a.test/"),)).location
    'https://a.test/'
    """

    result: Result
    status: int | None = None
    headers: Headers = ()
    reason: str = ""
    steps: tuple[Step, ...] = ()

    @property
    def location(self) -> str | None:
        """The ``Location`` header, None where there is none."""
        return next((value for name, value in self.headers if name == "location"), None)


Box = Callable[[Connection, Payload], Forward | Answer]
"""A box: a pure function from what arrives to what it does with it."""
