"""What a person has chosen, a design and what a client asks of it, and what comes of that."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, cast

from aws_lb_sim.cluster import read
from aws_lb_sim.design.design import Design
from aws_lb_sim.explorer.ask import FORGED_ADDRESS, Ask, ask_with, request_of
from aws_lb_sim.manifests.page import PAGE_VERSION
from aws_lb_sim.manifests.presets import preset, presets
from aws_lb_sim.manifests.write import write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_lb_sim.cluster import Cluster
    from aws_lb_sim.design.design import EmissaryVersion
    from aws_lb_sim.flow import Flow
    from aws_lb_sim.manifests.bundle import Bundle
    from aws_lb_sim.manifests.manifests import Manifests

__all__ = [
    "Ask",
    "Outcome",
    "Scenario",
    "cluster_of",
    "command",
    "run",
    "start",
    "try_preset",
]

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


def start(name: str, ask: Ask = _ASK) -> Scenario:
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
