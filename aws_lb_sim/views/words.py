"""The things of a flow in words, the same in every view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.network.request import Request

if TYPE_CHECKING:
    from aws_lb_sim.flow import Exchange
    from aws_lb_sim.network.box import Answer, Payload, Step
    from aws_lb_sim.network.connection import ClientHello, Connection, ProxyHeader

__all__ = [
    "RESULT_WORDS",
    "address",
    "answer_words",
    "elide",
    "ending_words",
    "exchange_words",
    "http_words",
    "payload_words",
    "printable",
    "proxy_header_words",
    "proxy_words",
    "step_words",
    "tls_words",
]

ELLIPSIS = "…"
SHOWN_BYTES = 24
NARROWEST = 4
"""Columns into which a beginning, an ellipsis and an end still fit."""

RESULT_WORDS = {
    "response": "response",
    "connection-refused": "connection refused",
    "connection-closed": "connection closed without an answer",
    "tls-error": "TLS handshake failed",
    "timeout": "timed out",
}
"""A result of the contract, as a person says it."""

# What a box did, by action: with {subject}, and a tail where there is a value.
_STEP_WORDS = {
    "added": "adds {subject}",
    "removed": "removes {subject}",
    "rewritten": "rewrites {subject}",
    "kept": "leaves {subject} as it came",
    "ignored": "ignores {subject}",
    "encrypted": "begins {subject}",
    "decrypted": "ends {subject}",
    "passed": "passes {subject} through",
    "believed": "takes as {subject}",
    "matched": "chooses {subject}",
    "answered": "answers {subject}",
    "refused": "refuses {subject}",
}

# Where the value before did not turn into the one after, but led to it.
_ASIDES = {"believed": "given", "matched": "for"}


def step_words(step: Step) -> str:
    """Say what a box did, in words.

    Parameters
    ----------
    step
        One step of a hop or an answer.

    Returns
    -------
    str
        The doing and its values, without the rule.

    Raises
    ------
    ValueError
        If the action is not one that the views know: a step must never vanish.

    Examples
    --------
    >>> from aws_lb_sim.network.box import Step
    >>> from aws_lb_sim.rules import Rule
    >>> rule = Rule("alb.xff", "An ALB appends the client.", "AWS guide")
    >>> step_words(Step("rewritten", "X-Forwarded-For", "a", "a,b", rule))
    'rewrites X-Forwarded-For: a → a,b'
    """
    if step.action not in _STEP_WORDS:
        known = ", ".join(_STEP_WORDS)
        raise ValueError(f"no view knows the action {step.action!r}; known are: {known}")
    words = _STEP_WORDS[step.action].format(subject=step.subject)
    before, after = step.before, step.after
    if step.action in _ASIDES and before is not None and after is not None:
        aside = f" ({_ASIDES[step.action]} {before})" if before != after else ""
        return f"{words}: {after}{aside}"
    values = dict.fromkeys(value for value in (before, after) if value is not None)
    return f"{words}: {' → '.join(values)}" if values else words


def address(ip: str, port: int) -> str:
    """Write an address and a port as one, with brackets for IPv6 (RFC 3986, section 3.2.2).

    Examples
    --------
    >>> address("2001:db8::7", 443)
    '[2001:db8::7]:443'
    """
    return f"[{ip}]:{port}" if ":" in ip else f"{ip}:{port}"


def proxy_header_words(header: ProxyHeader) -> str:
    """Say in one line what a PROXY header carries."""
    if header.malformed is not None:
        return f"PROXY malformed {header.malformed!r}"
    name = f"PROXY v{header.version}"
    if header.command != "PROXY":
        return f"{name} {header.command}"
    return f"{name} {header.source_ip or 'UNSPEC'}"


def proxy_words(connection: Connection) -> str:
    """Say which PROXY headers a connection starts with; empty for none."""
    outside = [proxy_header_words(header) for header in connection.proxy]
    inside = [f"{proxy_header_words(header)} (inside TLS)" for header in connection.proxy_in_tls]
    return ", ".join(outside + inside)


def tls_words(tls: ClientHello | None) -> str:
    """Say what a TLS session was opened with; ``cleartext`` for none."""
    if tls is None:
        return "cleartext"
    words = f"TLS, SNI {tls.server_name}" if tls.server_name is not None else "TLS, no SNI"
    return f"{words}, ALPN {'/'.join(tls.alpn)}" if tls.alpn else words


def http_words(request: Request) -> str:
    """Write the request line with its authority."""
    return f"{request.method} {request.authority or ''}{request.path} HTTP/{request.http}"


def payload_words(payload: Payload) -> str:
    """Say what a connection carries: a request, bytes or nothing."""
    if payload is None:
        return "nothing"
    if isinstance(payload, Request):
        return http_words(payload)
    rest = ELLIPSIS if len(payload) > SHOWN_BYTES else ""
    return f"{len(payload)} bytes {payload[:SHOWN_BYTES]!r}{rest}"


def answer_words(answer: Answer) -> str:
    """Say how a request ended, with the redirect's target.

    Examples
    --------
    >>> from aws_lb_sim.network.box import Answer
    >>> answer_words(Answer(result="tls-error"))
    'TLS handshake failed'
    """
    if answer.status is None:
        return RESULT_WORDS[answer.result]
    return f"{answer.status} → {answer.location}" if answer.location else str(answer.status)


def ending_words(exchange: Exchange) -> str:
    """Say what came back and from whom; and what failed, where a box made an answer of that."""
    words = answer_words(exchange.answer)
    if exchange.cause is None:
        return f"{words}, from {exchange.answered_by}"
    return f"{words}, because of {exchange.answered_by}: {answer_words(exchange.cause)}"


def exchange_words(exchange: Exchange) -> str:
    """Say in one line what was asked, what came, and from whom."""
    return f"{exchange.url}: {ending_words(exchange)}"


def elide(text: str, width: int) -> str:
    """Shorten a text to ``width`` characters, keeping its beginning and its end.

    Examples
    --------
    >>> elide("arn:aws:acm:eu-west-1:111122223333:certificate/0", 20)
    'arn:aws:acm:…icate/0'
    """
    if len(text) <= width:
        return text
    if width < NARROWEST:
        return ELLIPSIS
    tail = (width - 1) * 2 // 5
    return f"{text[: width - 1 - tail]}{ELLIPSIS}{text[-tail:]}"


def printable(text: str) -> str:
    r"""Write control characters out, so that no value can drive a terminal or break a line.

    Examples
    --------
    >>> print(printable("a\x1b[2Jb"))
    a\x1b[2Jb
    """
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in text
    )
