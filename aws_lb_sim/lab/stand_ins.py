"""Loopback addresses that stand for those of a scenario, and back."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from aws_lb_sim.lab.envoy.addresses import claim_address
from aws_lb_sim.network.addresses import Addresses
from aws_lb_sim.network.path import build_path, counted

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

    from aws_lb_sim.cluster import Cluster
    from aws_lb_sim.lab.observation import Observation

__all__ = ["StandIns", "on_loopback"]

_ADDRESS = re.compile(r"(?<![0-9])(?<![0-9]\.)127(?:\.[0-9]{1,3}){3}(?![0-9])(?!\.[0-9])")
_BOXES = ("load_balancer", "inner_load_balancer", "node", "pod", "service", "client", "cloudfront")
# A second CloudFront has the address after the first one's.
_SPARE = 2
_LAST_OCTET = 254


@dataclass(slots=True)
class StandIns:
    """Addresses of 127.0.0.0/8, claimed for one lab; release them when it ends.

    Parameters
    ----------
    addresses
        By box, on loopback.
    """

    addresses: Addresses
    _claims: list[socket.socket]

    @classmethod
    def claim(cls) -> StandIns:
        """Claim an address for every box.

        Examples
        --------
        >>> claimed = StandIns.claim()
        >>> claimed.addresses.pod != claimed.addresses.node
        True
        >>> claimed.release()
        """
        claims = [claim_address() for _ in range(len(_BOXES) + _SPARE)]
        while int(claims[len(_BOXES) - 1][1].rpartition(".")[2]) + _SPARE > _LAST_OCTET:
            claims.pop(0)[0].close()
            claims.append(claim_address())
        by_box = {name: address for name, (_, address) in zip(_BOXES, claims, strict=False)}
        return cls(Addresses(**by_box), [guard for guard, _ in claims])

    def release(self) -> None:
        """Let others have them."""
        for guard in self._claims:
            guard.close()

    def back_to(self, scenario: Addresses, client: str, observation: Observation) -> Observation:
        """Return an observation with the addresses of the scenario in it.

        Parameters
        ----------
        scenario
            The addresses that these stand for.
        client
            The client's address in the scenario.
        observation
            With loopback addresses in it.
        """
        names = self._names(scenario, client)

        def back(value: Any) -> Any:
            if isinstance(value, str):
                return _back(value, names)
            if isinstance(value, list):
                return [back(each) for each in value]
            return value

        exchanges = tuple(
            replace(
                exchange,
                boxes={
                    box: {what: back(value) for what, value in known.items()}
                    for box, known in exchange.boxes.items()
                },
            )
            for exchange in observation.exchanges
        )
        return replace(observation, exchanges=exchanges)

    def text_back_to(self, scenario: Addresses, client: str, text: str) -> str:
        """Return a text with the addresses of the scenario in it; see :meth:`back_to`."""
        return _back(text, self._names(scenario, client))

    def _names(self, scenario: Addresses, client: str) -> dict[str, str]:
        """Return the scenario's address for each of these."""
        names = {getattr(self.addresses, name): getattr(scenario, name) for name in _BOXES}
        names |= {
            counted(self.addresses.cloudfront, index): counted(scenario.cloudfront, index)
            for index in range(1, _SPARE + 1)
        }
        return names | {self.addresses.client: client}


def _back(text: str, names: Mapping[str, str]) -> str:
    return _ADDRESS.sub(lambda found: names.get(found[0], found[0]), text)


def on_loopback(cluster: Cluster, addresses: Addresses) -> Cluster:
    """Return the same cluster with other addresses.

    Parameters
    ----------
    cluster
        Of the scenario.
    addresses
        That its boxes have in a lab.
    """
    path = None
    if cluster.load_balancer is not None:
        path = build_path(cluster.load_balancer, addresses, cluster.in_front)  # type: ignore[arg-type]  # read() checked them
    return replace(cluster, addresses=addresses, path=path)
