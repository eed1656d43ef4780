"""Which address each box takes for the client's, and whose address that really is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_lb_sim.network.request import Request

if TYPE_CHECKING:
    from aws_lb_sim.flow import Exchange, Hop
    from aws_lb_sim.views.card import Verdict

__all__ = ["Belief", "believed_addresses"]

EXTERNAL_ADDRESS = "x-envoy-external-address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """What one box takes for the client's address.

    Parameters
    ----------
    box
        Name of the box.
    address
        The address, or the list of them from which it would have to choose;
        empty where it knows none.
    note
        Whose address that is, or where it was read.
    verdict
        ``good`` the true client, ``bad`` another, ``neutral`` undecided.
    """

    box: str
    address: str
    note: str
    verdict: Verdict


def believed_addresses(exchange: Exchange, client_ip: str) -> tuple[Belief, ...]:
    """Return what each box that was reached takes for the client's address.

    A box that reads nothing but packets sees the source address of its
    connection. Emissary's belief is the one it reported. The service is told
    by X-Envoy-External-Address, else it has only X-Forwarded-For to go by.

    Parameters
    ----------
    exchange
        One request and what came of it.
    client_ip
        The true address of the client.

    Returns
    -------
    tuple of Belief
        One for each box but the client, in order.
    """
    return tuple(_belief(exchange, hop, client_ip) for hop in exchange.hops)


def _belief(exchange: Exchange, hop: Hop, client_ip: str) -> Belief:
    if hop.target == "emissary" and exchange.emissary:
        address = exchange.emissary.client_ip
        if address is None:
            note = f"sees {exchange.emissary.peer_ip}"
            return Belief(box=hop.target, address="", note=note, verdict="neutral")
        return _judged(exchange, hop, address, client_ip)
    if hop.target == "service":
        return _of_service(exchange, hop, client_ip)
    return _judged(exchange, hop, hop.connection.source_ip, client_ip)


def _of_service(exchange: Exchange, hop: Hop, client_ip: str) -> Belief:
    request = hop.payload
    if not isinstance(request, Request):
        return _judged(exchange, hop, hop.connection.source_ip, client_ip)
    told = request.header(EXTERNAL_ADDRESS)
    if told is not None:
        return _judged(exchange, hop, told, client_ip)
    listed = request.header("x-forwarded-for")
    if listed is None:
        return _judged(exchange, hop, hop.connection.source_ip, client_ip)
    if "," not in listed:
        return _judged(exchange, hop, listed.strip(), client_ip)
    note = "X-Forwarded-For, to choose from"
    return Belief(box=hop.target, address=listed, note=note, verdict="neutral")


def _judged(exchange: Exchange, hop: Hop, address: str, client_ip: str) -> Belief:
    right = address == client_ip
    note = "the client's own" if right else _owner(exchange, address)
    return Belief(box=hop.target, address=address, note=note, verdict="good" if right else "bad")


def _owner(exchange: Exchange, address: str) -> str:
    """Say whose address it is: the first box that sent from it, or a forger's."""
    for hop in exchange.hops:
        if hop.connection.source_ip == address:
            return f"{hop.source}'s own"
    first = exchange.hops[0]
    headers = first.payload.headers if isinstance(first.payload, Request) else ()
    claimed = [value for _, value in headers]
    claimed += [header.source_ip or "" for header in first.connection.proxy]
    if any(address in text for text in claimed):
        return "forged by the client"
    return "not the client's"
