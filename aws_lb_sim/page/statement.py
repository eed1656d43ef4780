"""A statement of the page: what it says, what shows it, and whether that holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_lb_sim.cluster import Cluster, read_manifests
from aws_lb_sim.emissary.versions import known_versions
from aws_lb_sim.findings.check import check
from aws_lb_sim.manifests.page import PAGE_URL, PAGE_VERSION
from aws_lb_sim.sweep import ClientRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_lb_sim.aws.load_balancer import LoadBalancerListener, TargetGroup
    from aws_lb_sim.flow import Flow
    from aws_lb_sim.manifests.manifests import Manifests, ServiceController

__all__ = [
    "BOTH_CONTROLLERS",
    "HTTP",
    "HTTPS",
    "NOT_TESTABLE",
    "Shown",
    "Statement",
    "World",
]

PROVIDER: ServiceController = "cloud-provider-aws"
CONTROLLER: ServiceController = "aws-load-balancer-controller"
BOTH_CONTROLLERS = (PROVIDER, CONTROLLER)
NOT_TESTABLE = "not testable by simulation"

HTTP = ClientRequest(url="http://shop.example.com/")
HTTPS = ClientRequest(url="https://shop.example.com/")


@dataclass(frozen=True, slots=True)
class World:
    """What a statement is tried in.

    Parameters
    ----------
    version
        Of Emissary.
    controller
        Who makes load balancers of Services.
    """

    version: str = PAGE_VERSION
    controller: ServiceController = PROVIDER


@dataclass(frozen=True, slots=True)
class Shown:
    """What came of a statement's requests.

    Parameters
    ----------
    cluster
        What they were sent through.
    flows
        One for each, in order.
    """

    cluster: Cluster
    flows: tuple[Flow, ...]

    @property
    def flow(self) -> Flow:
        """The first flow."""
        return self.flows[0]

    @property
    def kind(self) -> str:
        """What kind of load balancer was made; ``nothing`` where none was."""
        made = self.cluster.load_balancer
        return made.kind if made is not None and made.listeners else "nothing"

    def listener(self, port: int) -> LoadBalancerListener:
        """Return the load balancer's listener on a port.

        Raises
        ------
        LookupError
            It has none.
        """
        made = self.cluster.load_balancer
        found = made.listener(port) if made is not None else None
        if found is None:
            raise LookupError(f"no listener on port {port}")
        return found

    def group(self, port: int) -> TargetGroup:
        """Return the target group that a listener forwards to."""
        found: TargetGroup | None = getattr(self.listener(port).action, "target_group", None)
        if found is None:
            raise LookupError(f"the listener on port {port} does not forward")
        return found

    @property
    def codes(self) -> frozenset[str]:
        """Codes of all findings about the manifests and the flows."""
        found = (check(self.cluster, flow) for flow in self.flows)
        return frozenset(finding.code for findings in found for finding in findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One thing that the page says.

    Parameters
    ----------
    id
        Stable, kebab-case.
    section
        Heading of the page.
    quote
        The page's own words, shortened to what is claimed.
    claim
        What is checked, in words.
    verdict
        As recorded: ``holds``, ``does not hold``, ``held until <version>``,
        ``holds since <version>``, ``holds with <controller> only`` or
        ``not testable by simulation``.
    setup
        Makes the manifests that show it; None where it cannot be tested.
    requests
        Sent through them.
    holds
        Whether what came of it is what the page claims.
    today
        What today's software does instead, or why it cannot be tested.
    source
        Where that is written down.
    versions, controllers
        In which worlds it is tried.
    page
        Address of the page, where it is not the AWS page.

    Examples
    --------
    >>> from aws_lb_sim.page.statements import statement
    >>> statement("recommended-works").tried()["1.14", "cloud-provider-aws"]
    True
    """

    id: str
    section: str
    quote: str
    claim: str
    verdict: str
    setup: Callable[[World], Manifests] | None = None
    requests: tuple[ClientRequest, ...] = (HTTPS,)
    holds: Callable[[Shown], bool] | None = None
    today: str = ""
    source: str = ""
    versions: tuple[str, ...] = known_versions()
    controllers: tuple[ServiceController, ...] = (PROVIDER,)
    page: str = PAGE_URL

    def show(self, version: str = PAGE_VERSION, controller: ServiceController = PROVIDER) -> Shown:
        """Send the statement's requests through its manifests.

        Raises
        ------
        ValueError
            It cannot be tested.
        """
        if self.setup is None:
            raise ValueError(f"{self.id}: {NOT_TESTABLE}: {self.today}")
        cluster = read_manifests(self.setup(World(version, controller)))
        flows = tuple(request.send(cluster, findings=False) for request in self.requests)
        return Shown(cluster, flows)

    def tried(self) -> dict[tuple[str, str], bool]:
        """Return whether it holds in each world: (version, controller) → answer."""
        if self.holds is None:
            return {}
        return {
            (version, controller): bool(self.holds(self.show(version, controller)))
            for controller in self.controllers
            for version in self.versions
        }

    def verdict_of_the_model(self) -> str:
        """Return the verdict that the model comes to."""
        return _verdict(self.tried())


def _verdict(tried: dict[tuple[str, str], bool]) -> str:
    if not tried:
        return NOT_TESTABLE
    if all(tried.values()):
        return "holds"
    if not any(tried.values()):
        return "does not hold"
    by_controller: dict[str, list[bool]] = {}
    for (_, controller), answer in tried.items():
        by_controller.setdefault(controller, []).append(answer)
    if len(by_controller) > 1:
        always = [name for name, answers in by_controller.items() if all(answers)]
        never = [name for name, answers in by_controller.items() if not any(answers)]
        if len(always) == len(never) == 1:
            return f"holds with {always[0]} only"
        return "holds in some worlds only"
    by_version = [(version, answer) for (version, _), answer in tried.items()]
    return _by_version(by_version)


def _by_version(answers: list[tuple[str, bool]]) -> str:
    """Name the version where the answer changed for good; ``answers`` oldest first."""
    newest = answers[-1][1]
    last_other = max(index for index, (_, answer) in enumerate(answers) if answer != newest)
    if newest:
        return f"holds since {answers[last_other + 1][0]}"
    return f"held until {answers[last_other][0]}"
