"""The short functions of CloudFormation templates (``!Ref``), written out as JSON has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from aws_lb_sim.manifests._build import MAP, ODD_KEY, SCALARS, SEQ, Readers, build

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["READERS", "is_template"]

# AWS CloudFormation User Guide, "Intrinsic function reference" and "Rule-specific intrinsic
# functions": each has the short form !Name and the full form Fn::Name.
_FUNCTIONS = (
    "And",
    "Base64",
    "Cidr",
    "Contains",
    "EachMemberEquals",
    "EachMemberIn",
    "Equals",
    "FindInMap",
    "GetAtt",
    "GetAZs",
    "If",
    "ImportValue",
    "Join",
    "Length",
    "Not",
    "Or",
    "RefAll",
    "Select",
    "Split",
    "Sub",
    "ToJsonString",
    "Transform",
    "ValueOf",
    "ValueOfAll",
)


def _plain(node: Node) -> object:
    """Read the value of a tagged node as if it had no tag; a scalar is a string."""
    if isinstance(node, ScalarNode):
        return node.value
    kind, tag = (SequenceNode, SEQ) if isinstance(node, SequenceNode) else (MappingNode, MAP)
    return build(kind(tag, node.value, node.start_mark, node.end_mark), READERS)


def _function(name: str) -> Callable[[Node], dict[str, object]]:
    return lambda node: {name: _plain(node)}


def _get_att(node: Node) -> dict[str, object]:
    """``!GetAtt name.attribute`` is a list of two in full; an attribute may hold dots."""
    value = _plain(node)
    return {"Fn::GetAtt": value.split(".", 1) if isinstance(value, str) else value}


READERS: Readers = {
    **SCALARS,
    **{f"!{name}": _function(f"Fn::{name}") for name in _FUNCTIONS},
    "!Ref": _function("Ref"),
    "!Condition": _function("Condition"),
    "!GetAtt": _get_att,
    # Keys such as account ids are written as bare numbers; CloudFormation takes them as text.
    ODD_KEY: lambda node: node.value,
}
"""How the values of a template are read, by tag."""


def is_template(root: Node) -> bool:
    r"""Tell whether a document's root node is a CloudFormation template.

    Examples
    --------
    >>> from aws_lb_sim.manifests._compose import compose_all
    >>> [is_template(root) for root in compose_all("Resources: {}\n---\nkind: Service")]
    [True, False]
    """
    if not isinstance(root, MappingNode):
        return False
    keys = {key.value for key, _ in root.value if isinstance(key, ScalarNode)}
    return "AWSTemplateFormatVersion" in keys or ("Resources" in keys and "kind" not in keys)
