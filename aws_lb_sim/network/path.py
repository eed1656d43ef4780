"""The path from a client to Emissary: the boxes in order, for each port."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from aws_lb_sim.aws.load_balancer import ForwardAction, LoadBalancer, TargetGroup
from aws_lb_sim.aws.sources import NLB_LISTENERS
from aws_lb_sim.network import alb, classic, cloudfront, nlb, node
from aws_lb_sim.network.box import Answer, Box, Forward, Payload, Step
from aws_lb_sim.network.returning import (
    Return,
    return_through,
    through_cloudfront,
    unchanged,
)
from aws_lb_sim.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_lb_sim.aws.load_balancer import LoadBalancerListener
    from aws_lb_sim.network.addresses import Addresses
    from aws_lb_sim.network.connection import Connection

__all__ = ["NO_LISTENER", "Path", "PathEntry", "build_path", "counted"]

NO_LISTENER = Rule(
    "load-balancer.no-listener",
    "Packets to a port without a listener are dropped: an NLB drops what matches no listener, the "
    "security groups of the others are opened for their listeners' ports only.",
    f"{NLB_LISTENERS}; for ALB and Classic ELB as the controllers and AWS's wizard set security "
    "groups, inferred",
)
NO_LOAD_BALANCER = Rule(
    "load-balancer.none",
    "Where no load balancer was made there is nothing to connect to (and no DNS name).",
    "follows from the controller's refusal",
)
_NONE = Answer(
    result="connection-refused",
    reason="no load balancer was made: there is nothing to connect to",
    steps=(Step("refused", "connection", None, None, NO_LOAD_BALANCER),),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PathEntry:
    """The boxes behind one port that clients can use.

    Parameters
    ----------
    boxes
        (name, box) in order, up to but not including Emissary. Names are
        ``cloudfront``, ``load-balancer`` and ``node``; a second one of a name
        gets ``-2``.
    returns
        For each box, what it makes of an answer that comes back through it.
    """

    boxes: tuple[tuple[str, Box], ...]
    returns: tuple[Return, ...]

    def back_to_client(self, answer: Answer, reached: int) -> Answer:
        """Take an answer back through the first ``reached`` boxes to the client.

        Parameters
        ----------
        answer
            As given by box number ``reached`` (from 0), or by Emissary where
            that is the number of boxes.
        reached
            How many boxes forwarded before.

        Returns
        -------
        Answer
            The very same object where nothing changes on the way.
        """
        for back in reversed(self.returns[:reached]):
            answer = back(answer)
        return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """The way in, for every port.

    Parameters
    ----------
    entries
        By port that clients connect to.
    otherwise
        For any other port: a box that answers.
    addresses
        Of the boxes.
    has_cloudfront
        Whether CloudFront stands in front.
    """

    entries: dict[int, PathEntry]
    otherwise: PathEntry
    addresses: Addresses
    has_cloudfront: bool = False

    def entry(self, port: int) -> PathEntry:
        """Return the boxes behind ``port``."""
        return self.entries.get(port, self.otherwise)

    def destination(self, client: str) -> str:
        """Return the address that ``client`` connects to."""
        return self.addresses.cloudfront if self.has_cloudfront else self.addresses.entrance(client)


def build_path(
    load_balancer: LoadBalancer,
    addresses: Addresses,
    in_front: Sequence[Literal["cloudfront"]] = (),
    *,
    without_pod: bool = False,
) -> Path:
    """Build the boxes of every port of a load balancer.

    Parameters
    ----------
    load_balancer
        As AWS holds it.
    addresses
        Of the boxes.
    in_front
        Proxies in front of the load balancer, outermost first.
    without_pod
        Whether the node that is reached runs no Emissary pod.

    Raises
    ------
    ValueError
        For a proxy in front that is not known.

    Examples
    --------
    >>> from aws_lb_sim.aws.load_balancer import LoadBalancerListener
    >>> from aws_lb_sim.network.addresses import Addresses
    >>> group = TargetGroup(protocol="TCP", pod_port=8443, node_port=31443)
    >>> listener = LoadBalancerListener(
    ...     port=443, protocol="TCP", action=ForwardAction(target_group=group)
    ... )
    >>> made = LoadBalancer(kind="nlb", listeners=(listener,), provisioned_by="aws")
    >>> [name for name, _ in build_path(made, Addresses(), ["cloudfront"]).entry(443).boxes]
    ['cloudfront', 'load-balancer', 'node']
    """
    builder = _Builder(addresses, without_pod=without_pod)
    front = builder.in_front(in_front)
    entries = {
        listener.port: _entry(front + builder.stages(load_balancer, listener))
        for listener in load_balancer.listeners
    }
    return Path(
        entries=entries,
        otherwise=_entry([*front, ("load-balancer", _refuse(load_balancer), unchanged)]),
        addresses=addresses,
        has_cloudfront=bool(in_front),
    )


_Stage = tuple[str, Box, Return]


def _entry(stages: list[_Stage]) -> PathEntry:
    seen: dict[str, int] = {}
    boxes = []
    for name, each, _ in stages:
        seen[name] = seen.get(name, 0) + 1
        boxes.append((name if seen[name] == 1 else f"{name}-{seen[name]}", each))
    return PathEntry(boxes=tuple(boxes), returns=tuple(back for _, _, back in stages))


def _always(answer: Answer) -> Box:
    def refuse(_connection: Connection, _payload: Payload) -> Forward | Answer:
        return answer

    return refuse


def _refuse(load_balancer: LoadBalancer) -> Box:
    """Make the box of the ports without a listener; most clusters never need its words."""

    def refuse(_connection: Connection, _payload: Payload) -> Forward | Answer:
        return _no_listener(load_balancer) if load_balancer.listeners else _NONE

    return refuse


def _no_listener(load_balancer: LoadBalancer) -> Answer:
    ports = ", ".join(str(each.port) for each in load_balancer.listeners)
    return Answer(
        result="timeout",
        reason=f"the load balancer has no listener on this port (it has {ports})",
        steps=(Step("refused", "connection", None, None, NO_LISTENER),),
    )


class _Builder:
    def __init__(self, addresses: Addresses, *, without_pod: bool) -> None:
        self.addresses = addresses
        self.without_pod = without_pod

    def in_front(self, names: Sequence[str]) -> list[_Stage]:
        stages: list[_Stage] = []
        for index, name in enumerate(names):
            if name != "cloudfront":
                raise ValueError(f"{name!r} is not a proxy that can stand in front")
            last = index == len(names) - 1
            own = counted(self.addresses.cloudfront, index)
            origin = (
                self.addresses.load_balancer
                if last
                else counted(self.addresses.cloudfront, index + 1)
            )
            stages.append(("cloudfront", cloudfront.box(own, origin), through_cloudfront()))
        return stages

    def stages(
        self, load_balancer: LoadBalancer, listener: LoadBalancerListener, own: str | None = None
    ) -> list[_Stage]:
        groups = _groups(listener)
        back = return_through(load_balancer.kind, listener)
        stages: list[_Stage] = [("load-balancer", self._box(load_balancer, listener, own), back)]
        inner = next((each for each in groups if each.target_type == "alb"), None)
        if inner is not None:
            stages.extend(self._behind(inner))
        elif any(each.node_port is not None for each in groups):
            way = node.box(groups, self.addresses, without_pod=self.without_pod)
            stages.append(("node", way, unchanged))
        return stages

    def _behind(self, group: TargetGroup) -> list[_Stage]:
        """Return the stages of the ALB behind an NLB."""
        inner = group.load_balancer
        listener = inner.listener(group.pod_port) if inner is not None else None
        if inner is None or listener is None:
            answer = _NONE if inner is None else _no_listener(inner)
            return [("load-balancer", _always(answer), unchanged)]
        return self.stages(inner, listener, self.addresses.inner_load_balancer)

    def _box(
        self, load_balancer: LoadBalancer, listener: LoadBalancerListener, own: str | None
    ) -> Box:
        if load_balancer.kind == "alb":
            return alb.box(listener, load_balancer.attributes, self.addresses, self.target, own=own)
        action = listener.action
        if not isinstance(action, ForwardAction):
            raise TypeError(f"a {load_balancer.kind} load balancer only forwards")
        make = nlb.box if load_balancer.kind == "nlb" else classic.box
        return make(listener, self.addresses, self.target(action.target_group))

    def target(self, group: TargetGroup) -> tuple[str, int]:
        """Return the address and port that a target group's target has."""
        if group.target_type == "alb":
            return self.addresses.inner_load_balancer, group.pod_port
        if group.node_port is not None:
            at = self.addresses.node_without_pod if self.without_pod else self.addresses.node
            return at, group.node_port
        return self.addresses.pod, group.pod_port


def _groups(listener: LoadBalancerListener) -> list[TargetGroup]:
    actions = (listener.action, *(rule.action for rule in listener.rules))
    return [each.target_group for each in actions if isinstance(each, ForwardAction)]


def counted(address: str, index: int) -> str:
    """Return the address ``index`` places further on."""
    if index == 0:
        return address
    start, dot, last = address.rpartition(".")
    return f"{start}{dot}{int(last) + index}"
