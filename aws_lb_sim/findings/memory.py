"""What was worked out of the last few clusters, so that checks need not do it again."""

from __future__ import annotations

from collections import deque
from functools import wraps
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_lb_sim.cluster import Cluster

__all__ = ["remembered"]

Value = TypeVar("Value")

_CLUSTERS = 8


def remembered(function: Callable[[Cluster], Value]) -> Callable[[Cluster], Value]:
    """Remember what a pure function gives for the last few clusters.

    A cluster never changes, but it holds documents and so has no hash: it is known again
    by its identity. It is kept alive as long as it is remembered.

    Examples
    --------
    >>> calls = []
    >>> look = remembered(lambda cluster: calls.append(cluster))
    >>> cluster = object()
    >>> look(cluster), look(cluster), len(calls)
    (None, None, 1)
    """
    known: deque[tuple[Cluster, Value]] = deque(maxlen=_CLUSTERS)

    @wraps(function)
    def look_up(cluster: Cluster) -> Value:
        for each, value in tuple(known):
            if each is cluster:
                return value
        value = function(cluster)
        known.appendleft((cluster, value))
        return value

    return look_up
