"""What a person has chosen, a design and what a client asks of it, and what comes of that."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, cast, get_args

from aws_lb_sim.cluster import read
from aws_lb_sim.design.design import Design
from aws_lb_sim.errors import InputError
from aws_lb_sim.manifests.page import PAGE_VERSION
from aws_lb_sim.manifests.presets import preset, presets
from aws_lb_sim.manifests.write import write
from aws_lb_sim.network.connection import ProxyHeader
from aws_lb_sim.sweep import ClientRequest
from aws_lb_sim.views.inputs import read_headers, read_ip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_lb_sim.cluster import Cluster
    from aws_lb_sim.design.design import EmissaryVersion
    from aws_lb_sim.flow import Flow
    from aws_lb_sim.manifests.bundle import Bundle
    from aws_lb_sim.manifests.manifests import Manifests
    from aws_lb_sim.network.request import Headers

__all__ = [
    "FORGED_ADDRESS",
    "Ask",
    "Outcome",
    "Scenario",
    "cluster_of",
    "command",
    "request_of",
    "run",
    "start",
    "try_preset",
]

Kind = Literal["page", "websocket", "grpc"]
ForgedProxy = Literal["none", "v1", "v2"]

FORGED_ADDRESS = "198.51.100.66"
"""The address that an attacker pretends to have; of a block for documentation (RFC 5737)."""

_SCHEMES = {("websocket", "http"): "ws", ("websocket", "https"): "wss"}
# gRPC over HTTP2, https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md: Requests.
_GRPC: Headers = (("Content-Type", "application/grpc"), ("TE", "trailers"))
_SHORT_VALUES = {
    "scheme": ("http", "https"),
    "kind": get_args(Kind),
    "http": ("1.1", "2"),
    "forged_proxy": get_args(ForgedProxy),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What a client asks for, and what it forges.

    Parameters
    ----------
    scheme, host, path
        Of the URL.
    kind
        A page, a WebSocket, or a gRPC call (which is HTTP/2).
    http
        HTTP version that the client speaks.
    client_ip
        The true address of the client.
    forged_for, forged_proto
        Whether it sends an X-Forwarded-For with :data:`FORGED_ADDRESS`, and an
        X-Forwarded-Proto that says https.
    forged_proxy
        The version of a PROXY header that it sends by itself.
    headers
        Further headers, one ``Name: value`` to a line.

    Examples
    --------
    >>> Ask(kind="websocket").url
    'wss://shop.example.com/'
    """

    scheme: Literal["http", "https"] = "https"
    kind: Kind = "page"
    http: Literal["1.1", "2"] = "1.1"
    host: str = "shop.example.com"
    path: str = "/"
    client_ip: str = "203.0.113.7"
    forged_for: bool = False
    forged_proto: bool = False
    forged_proxy: ForgedProxy = "none"
    headers: str = ""

    @property
    def url(self) -> str:
        """The URL requested."""
        scheme = _SCHEMES.get((self.kind, self.scheme), self.scheme)
        path = self.path.strip()
        slash = "" if path.startswith("/") else "/"
        return f"{scheme}://{self.host.strip()}{slash}{path}"

    @property
    def method(self) -> str:
        """The HTTP method."""
        return "POST" if self.kind == "grpc" else "GET"

    @property
    def spoken(self) -> Literal["1.1", "2"]:
        """The HTTP version that the client really speaks: gRPC is HTTP/2, WebSocket 1.1."""
        return "2" if self.kind == "grpc" else "1.1" if self.kind == "websocket" else self.http

    def header_pairs(self) -> Headers:
        """Return all headers that the client sends.

        Raises
        ------
        InputError
            A line is no header.
        """
        lines = [line for line in self.headers.splitlines() if line.strip()]
        forged: Headers = ()
        if self.forged_for:
            forged += (("X-Forwarded-For", FORGED_ADDRESS),)
        if self.forged_proto:
            forged += (("X-Forwarded-Proto", "https"),)
        grpc = _GRPC if self.kind == "grpc" else ()
        return (*grpc, *forged, *read_headers(lines, where="the client's headers"))

    def proxy_headers(self) -> tuple[ProxyHeader, ...]:
        """Return the PROXY header that the client forges, if any."""
        if self.forged_proxy == "none":
            return ()
        version: Literal[1, 2] = 1 if self.forged_proxy == "v1" else 2
        return (ProxyHeader(version=version, source_ip=FORGED_ADDRESS),)

    def check(self) -> None:
        """Raise where a field has a value that it cannot have.

        Raises
        ------
        InputError
            The message names the field.
        """
        for name, allowed in _SHORT_VALUES.items():
            if getattr(self, name) not in allowed:
                what = f"{name} is {getattr(self, name)!r}"
                raise InputError(what, where="the request", mend=f"use {' or '.join(allowed)}")
        for name in ("forged_for", "forged_proto"):
            if not isinstance(getattr(self, name), bool):
                mend = "use true or false"
                raise InputError(f"{name} is no truth value", where="the request", mend=mend)
        for name in ("host", "path", "client_ip", "headers"):
            if not isinstance(getattr(self, name), str):
                raise InputError(f"{name} is no text", where="the request", mend="use a text")


_DESIGN, _ASK = Design(), Ask()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A design, or a recipe as its page prints it, with what a client asks of it.

    Parameters
    ----------
    printed
        Name of a recipe as printed, which is fixed text; empty where there is a design.
    design
        What was chosen. Of a recipe as printed only ``emissary_version`` counts.
    ask
        The request.
    """

    printed: str = ""
    design: Design = _DESIGN
    ask: Ask = _ASK


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What comes of a scenario.

    Parameters
    ----------
    manifests
        What a person would apply.
    bundle
        The same as files: the simulation read these.
    flow
        What happened to the request.
    """

    manifests: Manifests
    bundle: Bundle
    flow: Flow


def start(name: str, ask: Ask = Ask()) -> Scenario:
    """Return the scenario that a preset stands for.

    Raises
    ------
    InputError
        There is no preset of that name.

    Examples
    --------
    >>> start("tls-at-l7-elb").design.load_balancer
    'classic-http'
    """
    found = preset(name)
    if found.design is None:
        return Scenario(printed=name, design=printed_with(PAGE_VERSION), ask=ask)
    return Scenario(design=found.design, ask=ask)


def printed_with(version: str) -> Design:
    """Return the design of a recipe as printed, which chooses Emissary's version alone."""
    return Design(emissary_version=cast("EmissaryVersion", version))


def corrected_name(printed: str) -> str:
    """Return the name of the corrected preset that belongs to a recipe as printed."""
    return printed.removesuffix("-as-printed")


def preset_name(scenario: Scenario) -> str:
    """Return the name of the preset that a scenario is; empty where it is of one's own."""
    if scenario.printed:
        return scenario.printed
    return _preset_of(scenario.design)


@lru_cache(maxsize=4096)
def _preset_of(design: Design) -> str:
    return next((each.name for each in presets() if each.design == design), "")


def try_preset(name: str, **asked: str | bool) -> Outcome:
    """Simulate a preset with a request.

    Parameters
    ----------
    name
        Of the preset.
    **asked
        Fields of :class:`Ask` that differ from the defaults.

    Raises
    ------
    InputError
        There is no such preset, or the request cannot be used.

    Examples
    --------
    >>> try_preset("recommended-nlb", scheme="http").flow.final_status
    200
    """
    return run(start(name, ask_with(Ask(), **asked)))


def ask_with(ask: Ask, **changes: object) -> Ask:
    """Return the request with some fields changed.

    Raises
    ------
    InputError
        A name that is no field, or a value that it cannot have.
    """
    for name in changes:
        if name not in Ask.__dataclass_fields__:
            mend = f"use one of {', '.join(Ask.__dataclass_fields__)}"
            raise InputError(f"a request has no field {name}", mend=mend)
    changed = replace(ask, **changes)  # type: ignore[arg-type]  # checked next
    changed.check()
    return changed


def run(scenario: Scenario) -> Outcome:
    """Write the design out, read the files back, and send the request through them.

    Raises
    ------
    InputError
        Something that was typed cannot be used, or the design is impossible.

    Examples
    --------
    >>> run(Scenario()).flow.status
    200
    """
    manifests, bundle, cluster = _cluster(scenario.printed, scenario.design)
    flow = request_of(scenario.ask).send(cluster)
    return Outcome(manifests=manifests, bundle=bundle, flow=flow)


def cluster_of(scenario: Scenario) -> Cluster:
    """Return what the files of a scenario amount to.

    Examples
    --------
    >>> cluster_of(Scenario()).emissary_version
    '3.10'
    """
    return _cluster(scenario.printed, scenario.design)[2]


def request_of(ask: Ask) -> ClientRequest:
    """Return what the client sends.

    Raises
    ------
    InputError
        Something that was typed cannot be used.

    Examples
    --------
    >>> request_of(Ask(kind="grpc")).headers
    (('Content-Type', 'application/grpc'), ('TE', 'trailers'))
    """
    return ClientRequest(
        url=ask.url,
        client_ip=read_ip(ask.client_ip, where="the client's address"),
        method=ask.method,
        http=ask.spoken,
        headers=ask.header_pairs(),
        proxy=ask.proxy_headers(),
    )


@lru_cache(maxsize=512)
def _cluster(printed: str, design: Design) -> tuple[Manifests, Bundle, Cluster]:
    """Return what is the same for every request: only its flow has to be found anew."""
    manifests = preset(printed).manifests(design.emissary_version) if printed else write(design)
    bundle = manifests.bundle()
    cluster = read(
        bundle.documents(),
        controller=manifests.controller,
        attributes=manifests.attributes,
        in_front=cast("Sequence[Literal['cloudfront']]", manifests.in_front),  # read() checks
        emissary_version=manifests.emissary_version,
    )
    return manifests, bundle, cluster


def command(outcome: Outcome, ask: Ask) -> str:
    """Return the command line that simulates the files of the bundle likewise.

    Examples
    --------
    >>> outcome = try_preset("tls-at-l7-elb")
    >>> command(outcome, Ask()).split(" --url ")[0]
    'aws-lb-sim simulate service.yaml listener.yaml host.yaml mapping.yaml'
    """
    manifests = outcome.manifests
    words = [name for name in outcome.bundle.files if name.endswith(".yaml")]
    words += ["--url", ask.url]
    options: list[tuple[str, str]] = [("--client", ask.client_ip.strip())]
    options += [("--method", ask.method)] if ask.method != "GET" else []
    options += [("--http", ask.spoken)] if ask.spoken != "1.1" else []
    options += [("--header", f"{name}: {value}") for name, value in ask.header_pairs()]
    if ask.forged_proxy != "none":
        options.append(("--proxy-header", f"{ask.forged_proxy}:{FORGED_ADDRESS}"))
    options += [("--attribute", f"{key}={value}") for key, value in manifests.attributes.items()]
    options.append(("--controller", manifests.controller))
    options += [("--in-front", name) for name in manifests.in_front]
    options.append(("--emissary-version", manifests.emissary_version))
    words += [part for option in options for part in option]
    return shlex.join(["aws-lb-sim", "simulate", *words])
