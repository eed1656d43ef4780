"""CloudFormation's intrinsic functions, as far as a template alone can resolve them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aws_lb_sim.aws.values import Unresolved

if TYPE_CHECKING:
    from aws_lb_sim.manifests.document import Document

__all__ = ["resolve_template"]

_NO_VALUE = Unresolved("AWS::NoValue")
_VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")


def resolve_template(document: Document) -> dict[str, Any]:
    """Return the resources of a template with its intrinsic functions resolved.

    A reference to a resource becomes its logical id; a parameter its ``Default``;
    what only AWS knows becomes an ``Unresolved``, which is an error only where it
    is read.

    Examples
    --------
    >>> from aws_lb_sim.manifests.document import Document
    >>> template = {
    ...     "Parameters": {"NodePort": {"Type": "Number", "Default": 31080}},
    ...     "Resources": {"Group": {"Properties": {"Port": {"Ref": "NodePort"}}}},
    ... }
    >>> resolve_template(Document(data=template))["Group"]["Properties"]
    {'Port': 31080}
    """
    resolver = _Resolver(document.data)
    resolved = {name: resolver.resolve(each) for name, each in resolver.resources.items()}
    return {name: each for name, each in resolved.items() if isinstance(each, dict)}


class _Resolver:
    def __init__(self, template: dict[str, Any]) -> None:
        self.resources: dict[str, Any] = _mapping(template.get("Resources"))
        self.parameters: dict[str, Any] = _mapping(template.get("Parameters"))
        self.mappings: dict[str, Any] = _mapping(template.get("Mappings"))

    def resolve(self, value: Any) -> Any:
        if isinstance(value, list):
            found = [self.resolve(each) for each in value]
            return [each for each in found if each is not _NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((key, argument),) = value.items()
            if key == "Ref" or (isinstance(key, str) and key.startswith("Fn::")):
                return self._call(key, argument)
        resolved = {key: self.resolve(each) for key, each in value.items()}
        return {key: each for key, each in resolved.items() if each is not _NO_VALUE}

    def _call(self, function: str, argument: Any) -> Any:
        if function == "Ref":
            return self._reference(argument) if isinstance(argument, str) else _bad(function)
        if function == "Fn::GetAtt":
            parts = argument.split(".") if isinstance(argument, str) else argument
            name = parts[0] if isinstance(parts, list) and parts else None
            if not isinstance(name, str):
                return _bad(function)
            # Attributes of the resources read here are their ARN or name: the id serves.
            return name if name in self.resources else Unresolved(f"Fn::GetAtt {argument}")
        if function == "Fn::Sub":
            return self._substitute(argument)
        if function == "Fn::Join":
            return self._join(argument)
        if function == "Fn::FindInMap":
            return self._find(argument)
        return Unresolved(f"{function} {argument!r}")

    def _reference(self, name: Any) -> Any:
        if name == "AWS::NoValue":
            return _NO_VALUE
        if name in self.resources:
            return name
        parameter = self.parameters.get(name)
        if isinstance(parameter, dict) and "Default" in parameter:
            return parameter["Default"]
        return Unresolved(f"Ref {name}")

    def _substitute(self, argument: Any) -> Any:
        template = argument[0] if isinstance(argument, list) and argument else argument
        local = argument[1] if isinstance(argument, list) and len(argument) > 1 else {}
        if not isinstance(template, str) or not isinstance(local, dict):
            return _bad("Fn::Sub")
        failed = False

        def replace(match: re.Match[str]) -> str:
            nonlocal failed
            name = match.group(1).strip()
            found = self.resolve(local[name]) if name in local else self._variable(name)
            failed = failed or isinstance(found, Unresolved)
            return str(found)

        found = _VARIABLE.sub(replace, template)
        return Unresolved(f"Fn::Sub {template}") if failed else found

    def _variable(self, name: str) -> Any:
        return self._call("Fn::GetAtt", name) if "." in name else self._reference(name)

    def _join(self, argument: Any) -> Any:
        if not (isinstance(argument, list) and len(argument) == 2):  # noqa: PLR2004
            return Unresolved(f"Fn::Join {argument!r}")
        parts = self.resolve(argument[1])
        if not isinstance(parts, list) or any(isinstance(each, Unresolved) for each in parts):
            return Unresolved(f"Fn::Join {argument!r}")
        return str(argument[0]).join(str(each) for each in parts)

    def _find(self, argument: Any) -> Any:
        keys = self.resolve(argument)
        found: Any = self.mappings
        for key in keys if isinstance(keys, list) else [None]:
            found = found.get(key) if isinstance(found, dict) and isinstance(key, str) else None
        return Unresolved(f"Fn::FindInMap {argument!r}") if found is None else found


def _bad(function: str) -> Unresolved:
    return Unresolved(f"{function} with an argument that it does not take")


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
