"""A whole scenario on real proxies: client, load balancer, node, Emissary and service.

Two Envoys run on loopback. One is configured with what Emissary's resources compile to, by
the very description that the simulator evaluates; the other plays everything before it as
AWS documents it. Node source NAT is played by the address that connections come from.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from aws_lb_sim.errors import InputError
from aws_lb_sim.flow import Exchange, Hop
from aws_lb_sim.lab.client.connect import connect
from aws_lb_sim.lab.connections.observe import PATIENCE_SECONDS
from aws_lb_sim.lab.envoy.stoppable import Stoppable
from aws_lb_sim.lab.load_balancer.bootstrap import listening_places
from aws_lb_sim.lab.observation import Observation, predicted
from aws_lb_sim.lab.opening import describe_opening
from aws_lb_sim.lab.playable import why_not_played
from aws_lb_sim.lab.playing import Playing, play_emissary, play_load_balancer
from aws_lb_sim.lab.sightings import Sighting, exchange_observation, result_of
from aws_lb_sim.lab.stand_ins import StandIns, on_loopback
from aws_lb_sim.lab.trail import Line, came_from_behind, follow_trail, line_of
from aws_lb_sim.network.addresses import is_ipv6
from aws_lb_sim.network.box import Answer
from aws_lb_sim.simulation import follow

if TYPE_CHECKING:
    from pathlib import Path

    from aws_lb_sim.cluster import Cluster
    from aws_lb_sim.lab.envoy.configuration import Json
    from aws_lb_sim.lab.envoy.process import EnvoyProcess
    from aws_lb_sim.lab.warm_lab import WarmLab
    from aws_lb_sim.network.client import Opening
    from aws_lb_sim.sweep import ClientRequest

__all__ = ["Testbed"]


class Testbed(Stoppable):
    """A cluster on two real Envoys; a context manager that ends them.

    Parameters
    ----------
    cluster
        Made by :func:`aws_lb_sim.cluster.read`.
    warm
        Envoys that are up already; it serves one testbed at a time. By default two are
        started.

    Attributes
    ----------
    cluster
        The same on the loopback addresses of this testbed: what it is predicted to do is
        asked of this one.

    Raises
    ------
    LabUnavailable
        There is no Envoy for this machine.
    """

    __test__ = False  # for pytest: its name is no test's

    def __init__(self, cluster: Cluster, *, warm: WarmLab | None = None) -> None:
        self.scenario = cluster
        self._stand_ins = StandIns.claim()
        self.cluster = on_loopback(cluster, self._stand_ins.addresses)
        self._folder: Path | None = None
        self._played: dict[str, Playing] = {}
        with ThreadPoolExecutor(2) as pool:
            starting = {
                "load-balancer": pool.submit(play_load_balancer, self.cluster, warm),
                "emissary": pool.submit(play_emissary, self.cluster, warm),
            }
        try:
            # All that were started are known before one that was not is spoken of.
            for box, each in starting.items():
                if each.exception() is None and (playing := each.result()) is not None:
                    self._played[box] = playing
            for each in starting.values():
                each.result()
        except BaseException:
            self.stop()
            raise

    @property
    def bootstraps(self) -> dict[str, Json]:
        """Configuration of both Envoys, by the name of the box."""
        return {box: playing.bootstrap for box, playing in self._played.items()}

    @property
    def envoys(self) -> dict[str, EnvoyProcess]:
        """The Envoys, by the name of the box; one that refused its configuration is not there."""
        return {box: playing.envoy for box, playing in self._played.items()}

    def keep_in(self, folder: Path) -> None:
        """Leave the configuration of both Envoys in a folder, and their logs when they end.

        Raises
        ------
        InputError
            The folder holds something already.
        """
        if folder.exists() and any(folder.iterdir()):
            raise InputError(
                f"{folder} is not empty", where="--keep", mend="name a folder that is not there yet"
            )
        folder.mkdir(parents=True, exist_ok=True)
        for box, bootstrap in self.bootstraps.items():
            text = json.dumps(bootstrap, indent=2) + "\n"
            (folder / f"{box}.json").write_text(text, encoding="utf-8")
        self._folder = folder

    def _keep_logs(self, folder: Path) -> None:
        for box, playing in self._played.items():
            lines = playing.envoy.log_since(playing.since, wait=0)
            text = "".join(f"{json.dumps(line)}\n" for line in lines)
            (folder / f"{box}.access.log").write_text(text, encoding="utf-8")

    def stop(self) -> None:
        """End both Envoys; those of a warm lab stay up."""
        if self._folder is not None:
            self._keep_logs(self._folder)
        for playing in self._played.values():
            if playing.end is not None:
                playing.end()
        self._stand_ins.release()

    def client_of(self, request: ClientRequest) -> str:
        """Return the client's address in this testbed.

        The outermost proxy is told the true address. Where packets may reach the pod with
        it, a loopback address stands for it from the beginning.
        """
        made = self.cluster.load_balancer
        keeps = made is None or (made.kind == "nlb" and not self.cluster.in_front)
        if keeps and not is_ipv6(request.client_ip):
            return self._stand_ins.addresses.client
        return request.client_ip

    def run(self, request: ClientRequest, *, patience: float = PATIENCE_SECONDS) -> Observation:
        """Send a request, follow its redirects, and say what every box saw.

        Parameters
        ----------
        request
            Of the scenario.
        patience
            Seconds without an answer after which a connection counts as a timeout.
        """
        observed = self._run(request, patience)
        return self.in_scenario(observed, request)

    def predict(self, request: ClientRequest) -> Observation:
        """Simulate what :meth:`run` observes, on the same addresses."""
        asked = replace(request, client_ip=self.client_of(request))
        flow = asked.send(self.cluster, findings=False)
        return self.in_scenario(predicted(flow), request)

    def in_scenario(self, observation: Observation, request: ClientRequest) -> Observation:
        """Return an observation with the scenario's addresses in place of this testbed's."""
        return self._stand_ins.back_to(self.scenario.addresses, request.client_ip, observation)

    def text_in_scenario(self, text: str, request: ClientRequest) -> str:
        """Return a text with the scenario's addresses in place of this testbed's."""
        return self._stand_ins.text_back_to(self.scenario.addresses, request.client_ip, text)

    def _run(self, request: ClientRequest, patience: float) -> Observation:
        asked = replace(request, client_ip=self.client_of(request))
        seen: list[Sighting] = []
        reasons: list[str] = []

        def send(url: str) -> Exchange:
            opening = asked.opening(self.cluster, url)
            why = why_not_played(self.cluster, opening)
            if why:
                reasons.append(why)
                return _bare(url, opening, Answer(result="timeout"))
            sighting = self._send(opening, url, patience)
            seen.append(sighting)
            headers = (("location", sighting.location),) if sighting.location else ()
            answer = Answer(result=result_of(sighting), status=sighting.status, headers=headers)
            return _bare(url, opening, answer)

        flow = follow(send, asked.url, asked.client_ip)
        return Observation(
            exchanges=tuple(exchange_observation(each) for each in seen),
            redirect_loop=flow.redirect_loop,
            not_played=tuple(reasons),
        )

    def _send(self, opening: Opening, url: str, patience: float) -> Sighting:
        before = {box: playing.envoy.log_length() for box, playing in self._played.items()}
        view = connect(describe_opening(self.cluster, opening), self._entrance(), patience)
        answered = view.answer is not None
        trail: list[Line] = []
        peer = view.peer
        proxies, emissary = self._played.get("load-balancer"), self._played.get("emissary")
        if proxies is not None and peer:
            places = listening_places(proxies.bootstrap)
            since = before["load-balancer"]
            trail = follow_trail(proxies.envoy, peer, since, places, answered=answered)
            peer = str(trail[-1].get("onward")) if trail else ""
        line = None
        if emissary is not None and answered and came_from_behind(trail):
            line = line_of(emissary.envoy, peer, before["emissary"], answered=True)
        return Sighting(
            url=url,
            opening=opening,
            view=view,
            trail=tuple(trail),
            emissary=line,
            seen=emissary.seen(view) if emissary is not None and line is not None else None,
            passes_packets=self._passes_packets(opening),
        )

    def _entrance(self) -> str:
        """Return the address that clients connect to."""
        addresses = self.cluster.addresses
        if self.cluster.load_balancer is None:
            return addresses.pod
        return addresses.cloudfront if self.cluster.in_front else addresses.load_balancer

    def _passes_packets(self, opening: Opening) -> bool:
        """Whether what the client reaches first is no proxy: a TCP listener of an NLB."""
        made = self.cluster.load_balancer
        if made is None or self.cluster.in_front or made.kind != "nlb":
            return False
        listener = made.listener(opening.connection.destination_port)
        return listener is not None and listener.protocol == "TCP"


def _bare(url: str, opening: Opening, answer: Answer) -> Exchange:
    """Return as much of an exchange as a client that follows redirects has to know."""
    hop = Hop(source="client", target="", connection=opening.connection, payload=opening.request)
    return Exchange(url=url, hops=(hop,), answer=answer, answered_by="")
