"""Set what is predicted beside what a real Envoy does, box by box, difference by difference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_lb_sim.cluster import Cluster, read, read_manifests
from aws_lb_sim.lab.testbed import Testbed
from aws_lb_sim.manifests.document import Document
from aws_lb_sim.manifests.manifests import Manifests

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from aws_lb_sim.lab.observation import Observation
    from aws_lb_sim.lab.warm_lab import WarmLab
    from aws_lb_sim.sweep import ClientRequest

__all__ = ["Row", "Verification", "run", "verify", "verify_each"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One fact, as predicted and as observed.

    Parameters
    ----------
    number
        Of the request, from 1; 0 for what concerns all of them.
    box
        ``client``, ``load-balancer``, ``emissary``, ``service``, …
    what
        ``status``, ``client``, ``x-forwarded-for``, …
    predicted, observed
        Its values; None where there is none.
    """

    number: int
    box: str
    what: str
    predicted: Any
    observed: Any

    @property
    def agrees(self) -> bool:
        """Whether both are the same."""
        return bool(self.predicted == self.observed)

    def __str__(self) -> str:
        where = f"request {self.number}, {self.box}" if self.number else self.box
        return f"{where}, {self.what}: predicted {self.predicted!r}, observed {self.observed!r}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """A prediction beside a real run.

    Parameters
    ----------
    request
        That was sent.
    predicted, observed
        In the addresses of the scenario.
    """

    request: ClientRequest
    predicted: Observation
    observed: Observation

    @property
    def not_played(self) -> tuple[str, ...]:
        """Why something could not be run; empty where all was."""
        return self.observed.not_played

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every fact of the requests that were run, in order."""
        ours, real = self.predicted.facts(), self.observed.facts()
        last = len(self.observed.exchanges)
        places = sorted(dict.fromkeys((*ours, *real)), key=lambda place: place[0])
        return tuple(
            Row(
                number=number,
                box=box,
                what=what,
                predicted=ours.get((number, box, what)),
                observed=real.get((number, box, what)),
            )
            for number, box, what in places
            # Where the rest was not played nobody knows how it ends.
            if (number <= last and number > 0) or not self.not_played
        )

    @property
    def differences(self) -> tuple[Row, ...]:
        """The facts in which they differ."""
        return tuple(row for row in self.rows if not row.agrees)

    @property
    def agrees(self) -> bool | None:
        """Whether they agree in every fact; None where nothing could be run."""
        if not self.observed.exchanges:
            return None
        return not self.differences

    def __str__(self) -> str:
        words = [f"{self.request.method} {self.request.url}: {self.verdict}"]
        words += [f"  {row}" for row in self.differences]
        words += [f"  not run: {reason}" for reason in self.not_played]
        return "\n".join(words)

    def _repr_html_(self) -> str:
        from aws_lb_sim.views.verification import to_html

        return to_html(self)

    def table(self) -> pd.DataFrame:
        """Return one row for each fact, see :func:`aws_lb_sim.views.verification.to_frame`."""
        from aws_lb_sim.views.verification import to_frame

        return to_frame(self)

    @property
    def verdict(self) -> str:
        """In a few words."""
        if self.agrees is None:
            return "could not be run"
        if self.differences:
            return f"differs in {len(self.differences)} of {len(self.rows)} facts"
        return f"agrees in all {len(self.rows)} facts"

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "url": self.request.url,
            "agrees": self.agrees,
            "differences": [
                {
                    "request": row.number,
                    "box": row.box,
                    "what": row.what,
                    "predicted": row.predicted,
                    "observed": row.observed,
                }
                for row in self.differences
            ],
            "not_played": list(self.not_played),
            "predicted": self.predicted.as_json(),
            "observed": self.observed.as_json(),
        }


def run(
    scenario: Cluster | Manifests | Sequence[Mapping[str, Any]], request: ClientRequest
) -> Observation:
    """Run a request through real proxies.

    Parameters
    ----------
    scenario
        A cluster, manifests of a design or preset, or Kubernetes documents.
    request
        Of the client; redirects are followed.

    Raises
    ------
    InputError
        Documents that cannot be read.
    LabUnavailable
        There is no Envoy for this machine.

    Examples
    --------
    >>> from aws_lb_sim.manifests.presets import preset
    >>> from aws_lb_sim.sweep import ClientRequest
    >>> nlb = preset("recommended-nlb").manifests()
    >>> run(nlb, ClientRequest()).exchanges[0].boxes["emissary"]["client"]
    '203.0.113.7'
    """
    with Testbed(_cluster(scenario)) as testbed:
        return testbed.run(request)


def verify(
    scenario: Cluster | Manifests | Sequence[Mapping[str, Any]], request: ClientRequest
) -> Verification:
    """Predict a request, run it through real proxies, and compare.

    See :func:`run` for the parameters and errors.

    Examples
    --------
    >>> from aws_lb_sim.manifests.presets import preset
    >>> from aws_lb_sim.sweep import ClientRequest
    >>> print(verify(preset("recommended-nlb-as-printed").manifests(), ClientRequest()).agrees)
    True
    """
    return next(verify_each(scenario, [request]))


def verify_each(
    scenario: Cluster | Manifests | Sequence[Mapping[str, Any]],
    requests: Iterable[ClientRequest],
    *,
    keep: Path | None = None,
    warm: WarmLab | None = None,
) -> Iterator[Verification]:
    """Verify several requests on the same two Envoys, one after the other.

    See :func:`run` for the other parameters and errors.

    Parameters
    ----------
    keep
        Folder to leave configurations and access logs in; it must not hold any already.
    warm
        Envoys that are up already; by default two are started.
    """
    with Testbed(_cluster(scenario), warm=warm) as testbed:
        if keep is not None:
            testbed.keep_in(keep)
        for request in requests:
            yield Verification(
                request=request,
                predicted=testbed.predict(request),
                observed=testbed.run(request),
            )


def _cluster(scenario: Cluster | Manifests | Sequence[Mapping[str, Any]]) -> Cluster:
    if isinstance(scenario, Cluster):
        return scenario
    if isinstance(scenario, Manifests):
        return read_manifests(scenario)
    return read([Document(data=dict(each), index=i) for i, each in enumerate(scenario, 1)])
