"""One design with one request, and what comes of it: what the explorer shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, cast

from aws_lb_sim.cluster import read
from aws_lb_sim.design.space import change
from aws_lb_sim.errors import InputError
from aws_lb_sim.manifests.presets import preset
from aws_lb_sim.manifests.write import write
from aws_lb_sim.simulation import simulate
from aws_lb_sim.views.inputs import read_headers, read_ip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_lb_sim.design.design import Design
    from aws_lb_sim.flow import Flow
    from aws_lb_sim.manifests.bundle import Bundle
    from aws_lb_sim.manifests.manifests import Manifests

__all__ = [
    "Outcome",
    "Scenario",
    "choose",
    "run",
    "scenario_of",
    "start_from",
    "try_design",
    "with_request",
]

REQUEST_FIELDS = ("url", "client_ip", "http", "headers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What a person has chosen.

    Parameters
    ----------
    preset
        Name of the preset it started from.
    design
        The choices; None for a recipe as the page prints it, which has none.
    url, client_ip, http
        The request.
    headers
        Headers that the client sends, one ``Name: value`` to a line.

    Examples
    --------
    >>> scenario_of("tls-at-l7-elb").design.load_balancer
    'classic-http'
    """

    preset: str = ""
    design: Design | None = None
    url: str = "https://shop.example.com/"
    client_ip: str = "203.0.113.7"
    http: Literal["1.1", "2"] = "1.1"
    headers: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What comes of a scenario.

    Parameters
    ----------
    manifests
        What a person would apply.
    bundle
        The same as files; the simulation read these.
    flow
        What happened to the request.
    """

    manifests: Manifests
    bundle: Bundle
    flow: Flow


def scenario_of(name: str, **request: str) -> Scenario:
    """Return a preset with a request.

    Parameters
    ----------
    name
        Of the preset.
    **request
        What differs from the usual request: ``url``, ``client_ip``, ``http``
        (``"1.1"`` or ``"2"``), ``headers`` (one ``Name: value`` to a line).

    Raises
    ------
    InputError
        There is no such preset, or no such field.
    """
    return start_from(with_request(Scenario(), **request), name)


def with_request(scenario: Scenario, **request: str) -> Scenario:
    """Return the scenario with another request, see :func:`scenario_of`."""
    unknown = sorted(set(request) - set(REQUEST_FIELDS))
    if unknown:
        mend = f"use {', '.join(REQUEST_FIELDS)}"
        raise InputError(f"a request has no field {unknown[0]!r}", mend=mend)
    return replace(scenario, **request)  # type: ignore[arg-type]


def try_design(name: str, **request: str) -> Outcome:
    """Simulate a preset, see :func:`scenario_of`.

    Examples
    --------
    >>> try_design("recommended-nlb", url="http://shop.example.com/").flow.final_status
    200
    """
    return run(scenario_of(name, **request))


def start_from(scenario: Scenario, name: str) -> Scenario:
    """Return the scenario with the design of a preset in place of its own.

    Raises
    ------
    InputError
        There is no preset of that name.
    """
    return replace(scenario, preset=name, design=preset(name).design)


def choose(scenario: Scenario, field: str, value: object) -> tuple[Scenario, tuple[str, ...]]:
    """Change one choice, and whatever cannot stay as it is with it.

    Parameters
    ----------
    scenario
        Where one stands.
    field, value
        The choice; it is kept, others give way to it.

    Returns
    -------
    Scenario
        With the new design.
    tuple of str
        What gave way, in words, one for each field.

    Raises
    ------
    InputError
        The recipe has no choices, or the choice is impossible whatever else gives way.
    """
    before = scenario.design
    if before is None:
        mend = f"start from {scenario.preset.removesuffix('-as-printed')}"
        raise InputError("a recipe as the page prints it has no choices", mend=mend)
    after = change(before, **{field: value})
    others = [name for name in before.__dataclass_fields__ if name != field]
    gave_way = tuple(
        f"{name}: {getattr(before, name)} → {getattr(after, name)}"
        for name in others
        if getattr(before, name) != getattr(after, name)
    )
    return replace(scenario, design=after), gave_way


def run(scenario: Scenario) -> Outcome:
    """Write the design out, read the files back, and send the request through them.

    Parameters
    ----------
    scenario
        What was chosen.

    Returns
    -------
    Outcome
        Its flow is that of the files, which are the same as those of an export.

    Raises
    ------
    InputError
        Something that was typed cannot be used.
    """
    design = scenario.design
    manifests = preset(scenario.preset).manifests() if design is None else write(design)
    bundle = manifests.bundle()
    cluster = read(
        bundle.documents(),
        controller=manifests.controller,
        attributes=manifests.attributes,
        in_front=cast("Sequence[Literal['cloudfront']]", manifests.in_front),  # read() checks
        emissary_version=manifests.emissary_version,
    )
    lines = [line for line in scenario.headers.splitlines() if line.strip()]
    flow = simulate(
        cluster,
        scenario.url.strip(),
        client_ip=read_ip(scenario.client_ip, where="client"),
        headers=read_headers(lines, where="headers"),
        http=scenario.http,
    )
    return Outcome(manifests=manifests, bundle=bundle, flow=flow)
