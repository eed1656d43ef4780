"""Random scenarios: predicted, observed on a real Envoy, and compared."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aws_lb_sim.lab.observe import PATIENCE_SECONDS, observe
from aws_lb_sim.lab.random_connections import random_connections
from aws_lb_sim.lab.random_documents import random_documents
from aws_lb_sim.lab.verify import Difference, differences
from aws_lb_sim.reception import receive

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Campaign", "Disagreement", "Scenario", "random_scenario", "run_campaign"]

VERSIONS = ("3.3", "3.3", "4.1", "4.1", "2.5", "3.10", "1.14")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Documents and connections made from a seed.

    Parameters
    ----------
    seed
        Gives the same scenario again.
    version
        Emissary's.
    documents, connections
        As for :func:`aws_lb_sim.receive`.
    """

    seed: int
    version: str
    documents: list[dict[str, Any]]
    connections: list[dict[str, Any]]


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
    """

    scenario: Scenario
    number: int
    differences: tuple[Difference, ...]

    def __str__(self) -> str:
        found = "; ".join(str(each) for each in self.differences)
        connection = self.scenario.connections[self.number]
        return f"seed {self.scenario.seed}, connection {self.number} {connection}: {found}"


@dataclass(slots=True)
class Campaign:
    """What came of many scenarios.

    Parameters
    ----------
    scenarios, connections
        How many were run.
    endings
        How often each kind of ending was observed.
    disagreements
        All of them.
    """

    scenarios: int = 0
    connections: int = 0
    endings: dict[str, int] = field(default_factory=dict)
    disagreements: list[Disagreement] = field(default_factory=list)


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
        seed=seed,
        documents=documents,
        connections=random_connections(rng, documents, connections),
        version=rng.choice(VERSIONS),
    )


def run_campaign(
    seeds: Iterable[int], connections: int, *, patience: float = PATIENCE_SECONDS
) -> Campaign:
    """Predict and observe the scenarios of some seeds.

    Parameters
    ----------
    seeds
        One for each scenario.
    connections
        How many in each.
    patience
        Seconds without an answer after which a connection counts as a timeout.

    Raises
    ------
    LabUnavailable
        There is no Envoy for this machine.
    """
    campaign = Campaign()
    for seed in seeds:
        scenario = random_scenario(seed, connections)
        given = (scenario.documents, scenario.connections, scenario.version)
        predicted = receive(*given)
        observed = observe(*given, patience=patience)
        campaign.scenarios += 1
        for number, (ours, real) in enumerate(zip(predicted, observed, strict=True)):
            _count(campaign, real)
            found = differences(ours, real)
            if found:
                disagreement = Disagreement(
                    scenario=scenario, number=number, differences=tuple(found)
                )
                campaign.disagreements.append(disagreement)
    return campaign


def _count(campaign: Campaign, observed: dict[str, Any]) -> None:
    ending = observed["connection"]
    if "status" in observed:
        ending = f"{ending} {observed['status']}"
    campaign.connections += 1
    campaign.endings[ending] = campaign.endings.get(ending, 0) + 1
