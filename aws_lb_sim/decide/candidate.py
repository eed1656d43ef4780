"""The candidates: every design that can be deployed, written out and read back."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from aws_lb_sim.aws.load_balancer import ForwardAction
from aws_lb_sim.cluster import documents_of, join, read_entrance
from aws_lb_sim.decide.behaviour import Behaviour
from aws_lb_sim.decide.effort import Effort, effort
from aws_lb_sim.design.problems import problems
from aws_lb_sim.design.space import space
from aws_lb_sim.emissary.compile import compile_documents
from aws_lb_sim.errors import InputError
from aws_lb_sim.manifests.document import Document
from aws_lb_sim.manifests.write import write
from aws_lb_sim.network.addresses import Addresses

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from aws_lb_sim.aws.load_balancer import LoadBalancer, LoadBalancerListener
    from aws_lb_sim.cluster import Entrance
    from aws_lb_sim.design.design import Design
    from aws_lb_sim.emissary.compile import Compiled
    from aws_lb_sim.manifests.manifests import Manifests

__all__ = ["Candidate", "candidates"]

_READ_BY_AWS = frozenset({"Service", "Ingress"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A design, what is written for it, and how that behaves.

    Parameters
    ----------
    design
        The choices.
    manifests
        As written from the design.
    behaviour
        Shared by candidates that no request can tell apart.
    effort
        How much there is to do for it.
    place
        In the order of the decision space: the last resort of a ranking.
    """

    design: Design
    manifests: Manifests
    behaviour: Behaviour
    effort: Effort
    place: int


def candidates(
    emissary_version: str, settings: Mapping[str, Any], fixed: Mapping[str, Any]
) -> tuple[Candidate, ...]:
    """Write out and read back every design of the decision space.

    Parameters
    ----------
    emissary_version
        Of all of them.
    settings
        Fields that each design has at this value, where it can.
    fixed
        Fields that each design has at this value, or is left out.

    Returns
    -------
    tuple
        In the order of :func:`aws_lb_sim.design.space.space`; the same objects
        where the same is asked for again.

    Examples
    --------
    >>> len(candidates("3.3", {}, {"load_balancer": "classic-tcp", "tls_termination": "none"}))
    30
    """
    fixed = {**fixed, "emissary_version": emissary_version}
    try:
        return _candidates(tuple(settings.items()), tuple(fixed.items()))
    except TypeError as error:
        raise InputError(f"a field has no such value: {error}", where="the designs") from None


@lru_cache(maxsize=4)
def _candidates(
    settings: tuple[tuple[str, Any], ...], fixed: tuple[tuple[str, Any], ...]
) -> tuple[Candidate, ...]:
    reader = _Reader()
    pinned = dict(fixed)
    wanted = [pair for pair in settings if pair[0] not in pinned]
    found = (_with_settings(each, wanted) for each in space(**pinned))
    return tuple(reader.candidate(each, place) for place, each in enumerate(found))


def _with_settings(design: Design, settings: list[tuple[str, Any]]) -> Design:
    for name, value in settings:
        changed = replace(design, **{name: value})
        if not problems(changed):
            design = changed
    return design


class _Reader:
    """Reads manifests, each half of them once: what AWS reads, and what Emissary reads."""

    def __init__(self) -> None:
        self._entrances: dict[str, Entrance] = {}
        self._compiled: dict[str, Compiled] = {}
        self._demanding: dict[str, Compiled] = {}
        self._behaviours: dict[Hashable, Behaviour] = {}

    def candidate(self, design: Design, place: int) -> Candidate:
        manifests = write(design)
        documents = documents_of(manifests)
        entrance = self._entrance(manifests, documents)
        mine = tuple(each for each in documents if each.kind and each.kind not in _READ_BY_AWS)
        text = json.dumps([each.data for each in mine])
        key = (_deciding(entrance.load_balancer), text, manifests.in_front)
        behaviour = self._behaviours.get(key)
        if behaviour is None:
            version = manifests.emissary_version
            cluster = join(documents, entrance, self._compile(text, mine, version), version)
            behaviour = Behaviour(
                cluster, _host(design), lambda: self._with_tls_1_3(text, mine, version)
            )
            self._behaviours[key] = behaviour
        return Candidate(
            design=design,
            manifests=manifests,
            behaviour=behaviour,
            effort=effort(manifests),
            place=place,
        )

    def _entrance(self, manifests: Manifests, documents: tuple[Document, ...]) -> Entrance:
        theirs = [each.data for each in documents if each.kind in _READ_BY_AWS or not each.kind]
        key = json.dumps([theirs, manifests.controller, sorted(manifests.attributes.items())])
        if key not in self._entrances:
            self._entrances[key] = read_entrance(
                documents,
                controller=manifests.controller,
                attributes=manifests.attributes,
                in_front=manifests.in_front,  # type: ignore[arg-type]  # it checks them
                entry=None,
                node_without_pod=False,
                addresses=Addresses(),
            )
        return self._entrances[key]

    def _compile(self, text: str, mine: tuple[Document, ...], version: str) -> Compiled:
        if text not in self._compiled:
            self._compiled[text] = compile_documents(mine, emissary_version=version)
        return self._compiled[text]

    def _with_tls_1_3(self, text: str, mine: tuple[Document, ...], version: str) -> Compiled:
        if text not in self._demanding:
            documents = tuple(_demanding(each) for each in mine)
            self._demanding[text] = compile_documents(documents, emissary_version=version)
        return self._demanding[text]


def _demanding(document: Document) -> Document:
    """Return a Host that accepts nothing below TLS 1.3, and any other document as it is."""
    if document.kind != "Host":
        return document
    data = deepcopy(document.data)
    data["spec"].setdefault("tls", {})["min_tls_version"] = "v1.3"
    return Document(data=data, index=document.index)


def _deciding(load_balancer: LoadBalancer | None) -> Hashable:
    """Return what requests depend on: not who made it, nor the numbers of NodePorts."""
    if load_balancer is None:
        return None
    return (
        load_balancer.kind,
        load_balancer.scheme,
        tuple(sorted(load_balancer.attributes.items())),
        tuple(_listener_key(each) for each in load_balancer.listeners),
    )


def _listener_key(listener: LoadBalancerListener) -> Hashable:
    actions = (listener.action, *(rule.action for rule in listener.rules))
    rules = tuple((rule.hosts, rule.paths) for rule in listener.rules)
    written = tuple(
        _group_key(each) if isinstance(each, ForwardAction) else repr(each) for each in actions
    )
    return (listener.port, listener.protocol, listener.alpn_policy, written, rules)


def _group_key(action: ForwardAction) -> Hashable:
    group = action.target_group
    through_node = None if group.node_port is None else 0
    return repr(replace(group, node_port=through_node, health_check={})), tuple(
        sorted(group.health_check.items())
    )


def _host(design: Design) -> str:
    """Return a name that clients may ask for."""
    if design.hostname == "*":
        return "shop.example.com"
    return design.hostname.replace("*", "www", 1)
