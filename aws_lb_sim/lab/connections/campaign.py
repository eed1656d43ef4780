"""Many scenarios: predicted, observed on a real Envoy, and compared."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aws_lb_sim.lab.at_random.connections import random_connections
from aws_lb_sim.lab.at_random.documents import random_documents
from aws_lb_sim.lab.at_random.traits import traits
from aws_lb_sim.lab.connections.differences import Difference, differences
from aws_lb_sim.lab.connections.observe import PATIENCE_SECONDS, observe
from aws_lb_sim.reception import receive

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Campaign", "Disagreement", "Scenario", "random_scenario", "run_campaign"]

VERSIONS = ("3.3", "3.3", "4.1", "4.1", "2.5", "3.10", "1.14")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Documents of a cluster, and connections to Emissary's pod.

    Parameters
    ----------
    name
        How to find it again.
    version
        Emissary's.
    documents, connections, missing_secrets
        As for :func:`aws_lb_sim.receive`.
    """

    name: str
    version: str
    documents: list[dict[str, Any]]
    connections: list[dict[str, Any]]
    missing_secrets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A connection that a real Envoy treats in another way than predicted.

    Parameters
    ----------
    scenario
        Where it happened.
    number
        Which connection, from 0.
    differences
        Every field that differs.
    why
        Envoy's own word for what it did, where it has one.
    """

    scenario: Scenario
    number: int
    differences: tuple[Difference, ...]
    why: str | None = None

    def __str__(self) -> str:
        found = "; ".join(str(each) for each in self.differences)
        where = f"{self.scenario.name} ({self.scenario.version}), connection {self.number}"
        why = f" ({self.why})" if self.why else ""
        return f"{where} {self.scenario.connections[self.number]}: {found}{why}"


@dataclass(slots=True)
class Campaign:
    """What came of some scenarios.

    Parameters
    ----------
    scenarios, connections
        How many were run.
    endings
        How often each kind of ending was observed.
    hits
        How often each trait of a connection was observed with each kind of ending.
    disagreements
        All of them.
    """

    scenarios: int = 0
    connections: int = 0
    endings: Counter[str] = field(default_factory=Counter)
    hits: Counter[tuple[str, str]] = field(default_factory=Counter)
    disagreements: list[Disagreement] = field(default_factory=list)

    def add(self, other: Campaign) -> None:
        """Add what came of other scenarios."""
        self.scenarios += other.scenarios
        self.connections += other.connections
        self.endings += other.endings
        self.hits += other.hits
        self.disagreements += other.disagreements


def random_scenario(seed: int, connections: int) -> Scenario:
    """Make a scenario.

    Parameters
    ----------
    seed
        Decides everything.
    connections
        How many.

    Examples
    --------
    >>> random_scenario(1, 2) == random_scenario(1, 2)
    True
    """
    rng = random.Random(seed)  # noqa: S311 - no secret is made of it
    documents = random_documents(rng)
    return Scenario(
        name=f"seed {seed}",
        documents=documents,
        connections=random_connections(rng, documents, connections),
        version=rng.choice(VERSIONS),
    )


def run_campaign(scenarios: Iterable[Scenario], *, patience: float = PATIENCE_SECONDS) -> Campaign:
    """Predict and observe scenarios, and compare every field.

    Parameters
    ----------
    scenarios
        One real Envoy is started for each.
    patience
        Seconds without an answer after which a connection counts as a timeout.

    Raises
    ------
    LabUnavailable
        There is no Envoy for this machine.
    """
    campaign = Campaign()
    for scenario in scenarios:
        campaign.add(_run(scenario, patience))
    return campaign


def _run(scenario: Scenario, patience: float) -> Campaign:
    given = (scenario.documents, scenario.connections, scenario.version, scenario.missing_secrets)
    predicted = receive(*given)
    observed = observe(*given, patience=patience)
    campaign = Campaign(scenarios=1, connections=len(observed))
    for number, (ours, real) in enumerate(zip(predicted, observed, strict=True)):
        ending = _ending(real)
        campaign.endings[ending] += 1
        campaign.hits.update((trait, ending) for trait in traits(scenario.connections[number]))
        if found := differences(ours, real):
            disagreement = Disagreement(
                scenario=scenario, number=number, differences=tuple(found), why=real.get("why")
            )
            campaign.disagreements.append(disagreement)
    return campaign


def _ending(observed: dict[str, Any]) -> str:
    if "upstream" in observed:
        return f"upstream {observed['status']}"
    if "status" in observed:
        return f"http {observed['status']}"
    return str(observed["connection"])
