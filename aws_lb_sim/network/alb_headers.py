"""How an ALB rewrites the headers of a request that it forwards."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_lb_sim.aws.sources import ALB_GUIDE, ALB_HEADERS, ALB_TROUBLESHOOTING, ELB_API, ELB_HOW
from aws_lb_sim.network.alb_actions import SERVER, split_host
from aws_lb_sim.network.box import Answer, Step
from aws_lb_sim.network.forwarded import append_address, split_headers, write_step
from aws_lb_sim.network.request import Request
from aws_lb_sim.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["EXAMPLE_TRACE_ID", "HeaderSettings", "rewrite_headers"]

APPENDED = Rule(
    "alb.xff-append",
    "X-Forwarded-For mode append (the default): the client's address is put at the right end.",
    ALB_HEADERS,
)
PRESERVED = Rule(
    "alb.xff-preserve",
    "X-Forwarded-For mode preserve: the header goes on as the client sent it.",
    ALB_HEADERS,
)
REMOVED = Rule("alb.xff-remove", "X-Forwarded-For mode remove: the header is dropped.", ALB_HEADERS)
CLIENT_PORT = Rule(
    "alb.xff-client-port",
    "With routing.http.xff_client_port.enabled (append only) the client's port follows its "
    "address; an IPv6 address stands in brackets.",
    ALB_HEADERS,
)
PROTO = Rule(
    "alb.x-forwarded-proto",
    "X-Forwarded-Proto is set to http or https, as the client connected; an incoming one is "
    "replaced.",
    f"{ALB_HEADERS}; replacing: AWS support quoted in ring-clojure/ring-ssl#3",
)
PORT = Rule(
    "alb.x-forwarded-port",
    "X-Forwarded-Port is set to the port the client connected to; an incoming one is replaced.",
    PROTO.source,
)
TRACE = Rule(
    "alb.trace-id",
    "X-Amzn-Trace-Id gets a Root, or a Self before the Root that came in.",
    f"{ALB_GUIDE}, request tracing",
)
HOST = Rule(
    "alb.host",
    "Unless routing.http.preserve_host_header.enabled is set, Host is lower-cased; its port is "
    "removed on listener ports 80 and 443, and the listener's port is added on others.",
    f"{ALB_HEADERS}; {ELB_HOW}",
)
TLS_HEADERS = Rule(
    "alb.tls-headers",
    "With routing.http.x_amzn_tls_version_and_cipher_suite.enabled the client's TLS version and "
    "cipher suite are added.",
    ELB_API,
)
INVALID_DROPPED = Rule(
    "alb.invalid-dropped",
    "With routing.http.drop_invalid_header_fields.enabled header names with other characters than "
    "letters, digits and hyphens are dropped.",
    ELB_API,
)
EXPECT = Rule(
    "alb.expect", "Expect: 100-continue is answered by the load balancer and removed.", ELB_HOW
)
TOO_MANY = Rule(
    "alb.463",
    "A request whose X-Forwarded-For has more than 30 addresses is answered with 463.",
    f"{ALB_TROUBLESHOOTING} (HTTP 463)",
)

_MOST_ADDRESSES = 30
# AWS's own example (guide, request tracing): the real one holds the time and chance.
EXAMPLE_TRACE_ID = "1-67891233-abcdef012345678912345678"
_VALID_NAME = re.compile(r"[-A-Za-z0-9]+\Z")
_TAKEN = frozenset(
    (
        "x-forwarded-for",
        "x-forwarded-proto",
        "x-forwarded-port",
        "x-amzn-trace-id",
        "expect",
    )
)
_463 = Answer(
    result="response",
    status=463,
    headers=(SERVER,),
    reason="X-Forwarded-For has more than 30 addresses",
    steps=(Step("refused", "X-Forwarded-For", None, None, TOO_MANY),),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderSettings:
    """The attributes of an ALB that decide about headers, and its listener's part.

    Parameters
    ----------
    proto, port
        ``http`` or ``https``, and the listener's port.
    mode
        ``append``, ``preserve`` or ``remove``.
    client_port, preserve_host, tls_headers, drop_invalid
        Whether the attribute is on.
    """

    proto: str
    port: int
    mode: str = "append"
    client_port: bool = False
    preserve_host: bool = False
    tls_headers: bool = False
    drop_invalid: bool = False

    @classmethod
    def read(cls, attributes: Mapping[str, str], proto: str, port: int) -> HeaderSettings:
        """Read them from load balancer attributes.

        Examples
        --------
        >>> HeaderSettings.read({}, "https", 443).mode
        'append'
        """
        start = "routing.http."
        return cls(
            proto=proto,
            port=port,
            mode=attributes.get(start + "xff_header_processing.mode", "append"),
            client_port=attributes.get(start + "xff_client_port.enabled") == "true",
            preserve_host=attributes.get(start + "preserve_host_header.enabled") == "true",
            tls_headers=attributes.get(start + "x_amzn_tls_version_and_cipher_suite.enabled")
            == "true",
            drop_invalid=attributes.get(start + "drop_invalid_header_fields.enabled") == "true",
        )


def rewrite_headers(
    request: Request,
    settings: HeaderSettings,
    client_ip: str,
    client_port: int,
    http: str,
    steps: list[Step],
) -> Request | Answer:
    """Rewrite a request's headers as an ALB does.

    Parameters
    ----------
    request
        As it arrived.
    settings
        Of the ALB and its listener.
    client_ip, client_port
        Source of the connection that brought it.
    http
        HTTP version spoken to the target.
    steps
        What is done is added here.

    Returns
    -------
    Request or Answer
        An answer 463 where X-Forwarded-For is too long.
    """
    others, found = split_headers(request.headers, _TAKEN)
    before = found.get("x-forwarded-for")
    if before is not None and before.count(",") >= _MOST_ADDRESSES:
        return _463
    written: list[tuple[str, str]] = []
    after = _forwarded_for(before, settings, client_ip, client_port, steps)
    if after is not None:
        written.append(("X-Forwarded-For", after))
    written.append(("X-Forwarded-Proto", settings.proto))
    steps.append(
        write_step("X-Forwarded-Proto", found.get("x-forwarded-proto"), settings.proto, PROTO)
    )
    port = str(settings.port)
    written.append(("X-Forwarded-Port", port))
    steps.append(write_step("X-Forwarded-Port", found.get("x-forwarded-port"), port, PORT))
    trace = _trace(found.get("x-amzn-trace-id"))
    written.append(("X-Amzn-Trace-Id", trace))
    steps.append(write_step("X-Amzn-Trace-Id", found.get("x-amzn-trace-id"), trace, TRACE))
    if "expect" in found:
        steps.append(Step("removed", "Expect", found["expect"], None, EXPECT))
    if settings.tls_headers and settings.proto == "https":
        others = _add_tls(others, steps)
    if settings.drop_invalid:
        others = _drop_invalid(others, steps)
    return Request(
        method=request.method,
        authority=_host(request.authority, settings, steps),
        path=request.path,
        http="2" if http == "2" else "1.1",
        headers=(*written, *others),
    )


def _forwarded_for(
    before: str | None,
    settings: HeaderSettings,
    client_ip: str,
    client_port: int,
    steps: list[Step],
) -> str | None:
    if settings.mode == "append":
        address, rule = client_ip, APPENDED
        if settings.client_port:
            shown = f"[{client_ip}]" if ":" in client_ip else client_ip
            address, rule = f"{shown}:{client_port}", CLIENT_PORT
        after = append_address(before, address)
        steps.append(write_step("X-Forwarded-For", before, after, rule))
        return after
    if settings.mode == "remove":
        if before is not None:
            steps.append(Step("removed", "X-Forwarded-For", before, None, REMOVED))
        return None
    if before is not None:
        steps.append(Step("kept", "X-Forwarded-For", before, before, PRESERVED))
    return before


def _trace(before: str | None) -> str:
    fields = [each.strip() for each in (before or "").split(";") if each.strip()]
    if not any(each.startswith("Root=") for each in fields):
        return f"Root={EXAMPLE_TRACE_ID}"
    kept = [each for each in fields if not each.startswith("Self=")]
    return ";".join((f"Self={EXAMPLE_TRACE_ID}", *kept))


def _host(authority: str | None, settings: HeaderSettings, steps: list[Step]) -> str | None:
    if authority is None or settings.preserve_host:
        return authority
    host, port = split_host(authority)
    after = host.lower()
    if settings.port not in (80, 443):
        after = f"{after}:{port or settings.port}"
    if after != authority:
        steps.append(Step("rewritten", "Host", authority, after, HOST))
    return after


def _add_tls(headers: list[tuple[str, str]], steps: list[Step]) -> list[tuple[str, str]]:
    taken = frozenset(("x-amzn-tls-version", "x-amzn-tls-cipher-suite"))
    others, _ = split_headers(tuple(headers), taken)
    added = (
        ("x-amzn-tls-version", "TLSv1.3"),
        ("x-amzn-tls-cipher-suite", "TLS_AES_128_GCM_SHA256"),
    )
    steps.extend(Step("added", name, None, value, TLS_HEADERS) for name, value in added)
    return [*added, *others]


def _drop_invalid(headers: list[tuple[str, str]], steps: list[Step]) -> list[tuple[str, str]]:
    kept = []
    for name, value in headers:
        if _VALID_NAME.match(name):
            kept.append((name, value))
        else:
            steps.append(Step("removed", name, value, None, INVALID_DROPPED))
    return kept
