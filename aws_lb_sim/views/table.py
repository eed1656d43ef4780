"""A flow as a pandas table: one row for each hop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.network.request import Request
from aws_lb_sim.views.words import address, payload_words, proxy_words, step_words, tls_words

if TYPE_CHECKING:
    import pandas as pd

    from aws_lb_sim.flow import Flow, Hop

__all__ = ["COLUMNS", "to_frame"]

COLUMNS = ("from", "to", "source", "destination", "PROXY", "TLS", "HTTP", "headers", "steps")


def to_frame(flow: Flow) -> pd.DataFrame:
    """Return the hops of every request of a flow as a table.

    Parameters
    ----------
    flow
        What happened.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``request`` and ``hop``, both from 1; the columns are
        ``COLUMNS``, all text: ``source`` and ``destination`` as ``host:port``
        as the receiving end sees them, ``PROXY`` empty where none is sent,
        ``headers`` one to a line in the order sent, ``steps`` what the sending
        box did, one to a line with the id of its rule.
    """
    import pandas as pd

    places = [
        (number, place)
        for number, exchange in enumerate(flow.exchanges, 1)
        for place in range(1, len(exchange.hops) + 1)
    ]
    rows = [_row(hop) for exchange in flow.exchanges for hop in exchange.hops]
    index = pd.MultiIndex.from_tuples(places, names=["request", "hop"])
    return pd.DataFrame(rows, index=index, columns=list(COLUMNS))


def _row(hop: Hop) -> tuple[str, ...]:
    link, payload = hop.connection, hop.payload
    headers = payload.headers if isinstance(payload, Request) else ()
    return (
        hop.source,
        hop.target,
        address(link.source_ip, link.source_port),
        address(link.destination_ip, link.destination_port),
        proxy_words(link),
        tls_words(link.tls),
        payload_words(payload),
        "\n".join(f"{name}: {value}" for name, value in headers),
        "\n".join(f"{step_words(step)} [{step.rule.id}]" for step in hop.steps),
    )
