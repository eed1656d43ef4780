"""Starting the two Envoys of a testbed, or giving their parts to Envoys that are up already."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aws_lb_sim.lab.connections.observe import Lab
from aws_lb_sim.lab.emissary.bootstrap import Wiring as EmissaryWiring
from aws_lb_sim.lab.emissary.bootstrap import write_bootstrap
from aws_lb_sim.lab.envoy.certificates import make_certificate
from aws_lb_sim.lab.envoy.process import ConfigRejected, EnvoyProcess
from aws_lb_sim.lab.load_balancer.bootstrap import write_load_balancer
from aws_lb_sim.lab.load_balancer.wiring import Wiring
from aws_lb_sim.network.path import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_lb_sim.cluster import Cluster
    from aws_lb_sim.lab.client.connect import ClientView
    from aws_lb_sim.lab.envoy.configuration import Json
    from aws_lb_sim.lab.service import Seen, Upstreams
    from aws_lb_sim.lab.warm_lab import WarmLab

__all__ = ["Playing", "play_emissary", "play_load_balancer"]


@dataclass(slots=True, kw_only=True)
class Playing:
    """An Envoy that plays a part.

    Parameters
    ----------
    envoy
        The process.
    bootstrap
        Its configuration.
    upstreams
        The services behind it, where it plays Emissary.
    end
        Ends it; None where it stays up for others.

    Attributes
    ----------
    since
        Length of its log when it began to play.
    """

    envoy: EnvoyProcess
    bootstrap: Json
    upstreams: Upstreams | None = None
    end: Callable[[], None] | None = None
    since: int = field(init=False)

    def __post_init__(self) -> None:
        self.since = self.envoy.log_length()

    def seen(self, view: ClientView) -> Seen | None:
        """Return what the service saw of a connection."""
        return self.upstreams.seen(view.seen) if self.upstreams is not None else None


def play_emissary(cluster: Cluster, warm: WarmLab | None) -> Playing | None:
    """Have an Envoy play Emissary.

    Parameters
    ----------
    cluster
        On loopback addresses.
    warm
        Envoys that are up already.

    Returns
    -------
    Playing or None
        None where Envoy refuses the configuration: then Emissary runs without listeners.
    """
    if warm is not None:
        with suppress(ConfigRejected):  # asked again below, of an Envoy of its own
            return _play_warm(cluster, warm)
    try:
        lab = Lab(cluster.compiled.config, cluster.addresses.pod)
    except ConfigRejected:
        return None
    return Playing(envoy=lab.envoy, bootstrap=lab.bootstrap, upstreams=lab.upstreams, end=lab.stop)


def _play_warm(cluster: Cluster, warm: WarmLab) -> Playing:
    wiring = EmissaryWiring(
        address=cluster.addresses.pod,
        admin=warm.emissary.envoy.admin,
        upstreams=warm.upstreams.places,
        certificate=make_certificate(),
    )
    written = write_bootstrap(cluster.compiled.config, wiring)
    warm.emissary.show(written["static_resources"])
    return Playing(envoy=warm.emissary.envoy, bootstrap=written, upstreams=warm.upstreams)


def play_load_balancer(cluster: Cluster, warm: WarmLab | None) -> Playing | None:
    """Have an Envoy play the load balancer and what stands in front of it.

    Parameters
    ----------
    cluster
        On loopback addresses.
    warm
        Envoys that are up already.

    Returns
    -------
    Playing or None
        None without a load balancer.
    """
    made, addresses = cluster.load_balancer, cluster.addresses
    if made is None:
        return None
    in_front = len(cluster.in_front)
    wiring = Wiring(
        addresses=addresses,
        client=counted(addresses.cloudfront, in_front - 1) if in_front else addresses.client,
        admin=f"@aws-lb-sim-lab-{addresses.load_balancer}",
        certificate=make_certificate(),
    )
    written = write_load_balancer(made, cluster.in_front, wiring)
    if warm is not None:
        warm.load_balancer.show(written["static_resources"])
        return Playing(envoy=warm.load_balancer.envoy, bootstrap=written)
    envoy = EnvoyProcess(written, wiring.admin)
    return Playing(envoy=envoy, bootstrap=written, end=envoy.stop)
