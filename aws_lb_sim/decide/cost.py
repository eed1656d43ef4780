"""What a load balancer costs at a load, by AWS's published dimensions."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Literal

from aws_lb_sim.decide import sources as src
from aws_lb_sim.errors import InputError

if TYPE_CHECKING:
    from aws_lb_sim.aws.load_balancer import LoadBalancer

__all__ = ["PRICES", "PRICES_AS_OF", "Cost", "CostLine", "Load", "Price", "cost"]

PRICES_AS_OF = "2026-09-20"
"""When the prices were read; check them before you quote them."""

HOURS_IN_A_MONTH = 730.0
"""As AWS's own calculator counts: 365 days of 24 hours, by 12."""

_PerUnit = Literal["capacity unit", "GB"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a load balancer has to carry, as an average over the month.

    Parameters
    ----------
    new_connections
        Per second.
    active_connections
        At one time (AWS counts those of a minute).
    gigabytes
        Per hour, both ways together.
    rule_evaluations
        Per second; of an ALB with rules.
    hours
        In a month.
    zones
        Availability zones, each with a public IPv4 address of the load balancer.
    monthly_budget
        US dollars a month; None where there is no limit.

    Raises
    ------
    InputError
        A number below 0, or no hours or zones at all.

    Examples
    --------
    >>> Load(new_connections=100, active_connections=6000, gigabytes=5).zones
    2
    """

    new_connections: float = 0
    active_connections: float = 0
    gigabytes: float = 0
    rule_evaluations: float = 0
    hours: float = HOURS_IN_A_MONTH
    zones: int = 2
    monthly_budget: float | None = None

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if value is None and each.name == "monthly_budget":
                continue
            least = 1 if each.name in ("hours", "zones") else 0
            # Written so that what is not a number (NaN) is refused as well.
            if (
                isinstance(value, bool)
                or not isinstance(value, int | float)
                or not (least <= value < float("inf"))
            ):
                raise InputError(
                    f"{each.name} is {value!r}", where="the load", mend=f"give at least {least}"
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What AWS lists for one kind of load balancer, in US dollars, us-east-1.

    Parameters
    ----------
    hour
        For each hour, or part of one, that it exists.
    unit
        For each of ``per`` in an hour.
    per
        ``capacity unit`` (LCU, NLCU), of which the largest dimension counts, or ``GB``.
    new_connections, active_connections, gigabytes, rule_evaluations
        What one capacity unit holds: per second, at one time, per hour, per second;
        0 where it is no dimension.
    confidence
        What is less than certain about these numbers; empty where nothing is.
    source
        Where they were read.
    """

    hour: float
    unit: float
    per: _PerUnit
    new_connections: float = 0
    active_connections: float = 0
    gigabytes: float = 1
    rule_evaluations: float = 0
    confidence: str = ""
    source: str


PRICES: dict[str, Price] = {
    "classic": Price(hour=0.025, unit=0.008, per="GB", source=f"{src.PRICES}; {src.PRICES_2}"),
    "nlb, TCP": Price(
        hour=0.0225,
        unit=0.006,
        per="capacity unit",
        new_connections=800,
        active_connections=100_000,
        confidence="(M) the price per hour has one secondary source only",
        source=f"{src.PRICES}; per hour: {src.PRICES_2}",
    ),
    "nlb, TLS": Price(
        hour=0.0225,
        unit=0.006,
        per="capacity unit",
        new_connections=50,
        active_connections=3000,
        confidence="(M) the price per hour and the size of a unit for TLS have one secondary "
        "source only",
        source=f"{src.PRICES}; per hour: {src.PRICES_2}",
    ),
    "alb": Price(
        hour=0.0225,
        unit=0.008,
        per="capacity unit",
        new_connections=25,
        active_connections=3000,
        rule_evaluations=1000,
        source=f"{src.PRICES}; {src.PRICES_2}",
    ),
}
"""By kind; an NLB counts connections that it ends TLS of apart from those it passes through."""

PUBLIC_ADDRESS_HOUR = 0.005
"""For each public IPv4 address, since 2024-02-01."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """One item of a bill, in US dollars a month.

    Parameters
    ----------
    text
        How it is worked out.
    dollars
        What it comes to.
    source
        Of the price.
    """

    text: str
    dollars: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """A bill for one month, in US dollars.

    Parameters
    ----------
    lines
        Its items.
    largest
        The dimension that decides how many capacity units are billed.
    as_of
        When the prices were read.
    caveats
        What is not in it, and what is less than certain.
    """

    lines: tuple[CostLine, ...]
    largest: str
    as_of: str
    caveats: tuple[str, ...]

    @property
    def dollars(self) -> float:
        """The sum, rounded to the cent."""
        return round(sum(line.dollars for line in self.lines), 2)

    def __str__(self) -> str:
        lines = [f"{line.dollars:>12,.2f}  {line.text}" for line in self.lines]
        total = f"{self.dollars:>12,.2f}  US dollars a month, list prices of {self.as_of}"
        return "\n".join([*lines, total, *(f"  {each}" for each in self.caveats)])


def cost(load_balancer: LoadBalancer, load: Load) -> Cost:
    """Work out what a load balancer costs in a month at a load.

    hours × price per hour
    + hours × capacity units × price per unit (Classic: hours × GB per hour × price per GB)
    + hours × public addresses × price per address. The capacity units of an hour are
    the largest of load / unit over the dimensions, not their sum.

    Parameters
    ----------
    load_balancer
        As read from the manifests: its kind and its listeners decide.
    load
        What it carries.

    Returns
    -------
    Cost
        In US dollars, us-east-1, list prices as of :data:`PRICES_AS_OF`.

    Examples
    --------
    >>> from aws_lb_sim.aws.load_balancer import LoadBalancer
    >>> nlb = LoadBalancer(kind="nlb", listeners=(), provisioned_by="aws")
    >>> load = Load(new_connections=1600, active_connections=50_000, gigabytes=1, hours=100)
    >>> bill = cost(nlb, load)
    >>> bill.largest, bill.dollars
    ('new connections', 4.45)
    """
    price = PRICES[_key(load_balancer)]
    hours = load.hours
    lines = [
        CostLine(
            text=f"{hours:g} h × ${price.hour:g} for the load balancer",
            dollars=hours * price.hour,
            source=price.source,
        ),
    ]
    units, largest = _units(price, load)
    what = "GB/h" if price.per == "GB" else f"capacity units ({largest} decide)"
    lines.append(
        CostLine(
            text=f"{hours:g} h × {units:.4g} {what} × ${price.unit:g}",
            dollars=hours * units * price.unit,
            source=price.source,
        )
    )
    if load_balancer.scheme == "internet-facing":
        lines.append(
            CostLine(
                text=f"{hours:g} h × {load.zones} public addresses × ${PUBLIC_ADDRESS_HOUR:g}",
                dollars=hours * load.zones * PUBLIC_ADDRESS_HOUR,
                source=src.IPV4_PRICE,
            )
        )
    return Cost(lines=tuple(lines), largest=largest, as_of=PRICES_AS_OF, caveats=_caveats(price))


def _key(load_balancer: LoadBalancer) -> str:
    if load_balancer.kind != "nlb":
        return load_balancer.kind
    ends_tls = any(each.protocol == "TLS" for each in load_balancer.listeners)
    return "nlb, TLS" if ends_tls else "nlb, TCP"


def _units(price: Price, load: Load) -> tuple[float, str]:
    """Return how many units of a price a load takes in an hour, and which dimension decides."""
    dimensions = {
        "bytes": (load.gigabytes, price.gigabytes),
        "new connections": (load.new_connections, price.new_connections),
        "active connections": (load.active_connections, price.active_connections),
        "rule evaluations": (load.rule_evaluations, price.rule_evaluations),
    }
    taken = {name: carried / size for name, (carried, size) in dimensions.items() if size}
    largest = max(taken, key=taken.__getitem__)
    return taken[largest], largest


def _caveats(price: Price) -> tuple[str, ...]:
    always = "us-east-1 list prices; without data transfer, across zones or out of AWS"
    return (always, price.confidence) if price.confidence else (always,)
