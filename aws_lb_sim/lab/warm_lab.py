"""Both Envoys of a testbed, and the service behind them, kept running."""

from __future__ import annotations

from contextlib import ExitStack

from aws_lb_sim.lab.emissary.bootstrap import RUNTIME
from aws_lb_sim.lab.envoy.addresses import claim_address
from aws_lb_sim.lab.envoy.stoppable import Stoppable
from aws_lb_sim.lab.envoy.warm import WarmEnvoy
from aws_lb_sim.lab.service import Upstreams

__all__ = ["WarmLab"]


class WarmLab(Stoppable):
    """Both Envoys of a testbed and the service behind them, kept running; a context manager.

    Raises
    ------
    LabUnavailable
        There is no Envoy for this machine.

    Examples
    --------
    >>> with WarmLab() as warm:
    ...     sorted(warm.upstreams.places)
    ['diagd', 'upstream']
    """

    def __init__(self) -> None:
        guard, address = claim_address()
        self._ending = ExitStack()
        self._ending.callback(guard.close)
        try:
            self.upstreams = Upstreams(address)
            self._ending.callback(self.upstreams.stop)
            self.emissary = self._ending.enter_context(WarmEnvoy(RUNTIME))
            self.load_balancer = self._ending.enter_context(WarmEnvoy())
        except BaseException:
            self._ending.close()
            raise

    def stop(self) -> None:
        """End all of it."""
        self._ending.close()
