"""What libyaml lets through and nobody should build: wrong tags, alias bombs, cycles."""

from __future__ import annotations

from yaml.nodes import Node, ScalarNode, SequenceNode

from aws_lb_sim.manifests._build import MAP, MERGE, SCALARS, SEQ, VALUE, Readers, bad_tag
from aws_lb_sim.manifests._compose import MAX_DEPTH, NodeError

__all__ = ["MAX_EXPANDED_NODES", "check_aliases", "check_tags"]

MAX_EXPANDED_NODES = 200_000
"""Nodes accepted in one text once its aliases are written out: more is an alias bomb."""


def check_tags(root: Node, readers: Readers = SCALARS) -> None:
    """Refuse a tag that no reader is for, or that does not fit its node (``!!map x``)."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, ScalarNode):
            fits = node.tag in readers or node.tag in (MERGE, VALUE)
        else:
            children = node.value
            if isinstance(node, SequenceNode):
                fits = node.tag == SEQ
            else:
                fits = node.tag == MAP
                children = [part for pair in children for part in pair]
            waiting.extend(reversed(children))
        if not fits and not (node.tag.startswith("!") and node.tag in readers):
            raise bad_tag(node)


def check_aliases(root: Node, budget: int = MAX_EXPANDED_NODES) -> int:
    """Refuse aliases that hold themselves or grow too large; return what is left of ``budget``.

    A document whose aliases merely save some typing is never refused: it may
    always grow to twice the nodes that are written in it.
    """
    sizes: dict[int, tuple[int, int] | None] = {}
    size, depth = _measure(root, sizes)
    what = ""
    if depth > MAX_DEPTH:
        what = f"its aliases, written out, nest more than {MAX_DEPTH} levels deep"
    elif size > max(budget, 2 * len(sizes)):
        what = f"its aliases, written out, come to {size:,} values (at most {budget:,} are read)"
    if what:
        mend = "write the values out where they are meant; this looks like an alias bomb"
        raise NodeError(what, root.start_mark.line, mend)
    return budget - min(budget, size)


def _measure(node: Node, sizes: dict[int, tuple[int, int] | None]) -> tuple[int, int]:
    """Return how many nodes ``node`` is when written out, and how deep it nests."""
    known = sizes.get(id(node), (0, 0))
    if known is None:
        raise NodeError(
            "an alias stands inside the very value that it names",
            node.start_mark.line,
            "remove the alias (*name) there; a value cannot hold itself",
        )
    if known != (0, 0):
        return known
    if isinstance(node, ScalarNode):
        size, depth = 1, 1
    else:
        sizes[id(node)] = None
        is_list = isinstance(node, SequenceNode)
        parts = node.value if is_list else [part for pair in node.value for part in pair]
        measured = [_measure(part, sizes) for part in parts]
        size = 1 + sum(part[0] for part in measured)
        depth = 1 + max((part[1] for part in measured), default=0)
    sizes[id(node)] = size, depth
    return size, depth
