"""``aws-lb-sim export``: write a design out as the manifests that a person would apply."""

from __future__ import annotations

import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aws_lb_sim.design.problems import TEXT_FIELDS, values
from aws_lb_sim.errors import InputError
from aws_lb_sim.manifests.page import PAGE_VERSION
from aws_lb_sim.manifests.presets import preset
from aws_lb_sim.manifests.write import write

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aws_lb_sim.design.design import Design
    from aws_lb_sim.manifests.bundle import Bundle
    from aws_lb_sim.manifests.manifests import Manifests

__all__ = ["chosen", "export"]

DesignName = Annotated[
    str, typer.Argument(metavar="DESIGN", show_default=False, help="A name that `designs` lists.")
]
Directory = Annotated[
    Path,
    typer.Option(
        "--output-directory",
        "-o",
        metavar="DIR",
        show_default=False,
        help="Folder to write into; it is made where there is none.",
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="FIELD=VALUE",
        show_default=False,
        help="Change one choice of the design; repeatable.",
    ),
]
Version = Annotated[
    str, typer.Option("--emissary-version", metavar="VERSION", help="Emissary's release.")
]
Force = Annotated[bool, typer.Option("--force", help="Replace files that are there already.")]


def export(
    design: DesignName,
    directory: Directory,
    setting: Settings = None,
    emissary_version: Version = PAGE_VERSION,
    force: Force = False,
) -> int:
    """Write a design out: manifests, template, `aws` commands and a README.

    Prints the files written, one to a line, and then the command that simulates
    them. Nothing is replaced without `--force`.

    Examples:

        aws-lb-sim export recommended-nlb -o edge

        aws-lb-sim export recommended-nlb -o edge --set target_type=ip --set cross_zone=false

        aws-lb-sim export recommended-nlb-as-printed -o printed --emissary-version 1.14
    """
    manifests = _manifests(design, setting or (), emissary_version)
    bundle = manifests.bundle()
    if not force:
        _refuse_to_replace(bundle, directory)
    written = bundle.write(directory, overwrite=force)
    sys.stdout.writelines(f"{path}\n" for path in written)
    sys.stderr.write(f"See what happens: {_command(manifests, written)}\n")
    return 0


def _manifests(name: str, settings: Iterable[str], version: str) -> Manifests:
    found = preset(name)
    settings = list(settings)
    if not settings:
        return found.manifests(version)
    if found.design is None:
        mend = f"use {name.removesuffix('-as-printed')}, or leave --set out"
        raise InputError(f"{name} is as the page prints it, with no choices to set", mend=mend)
    changes = dict([_setting(text) for text in settings])
    return write(chosen(found.design, {"emissary_version": version, **changes}))


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise InputError(
            f"{text!r} sets nothing",
            where="--set",
            mend="write FIELD=VALUE, such as target_type=ip",
        )
    return name, value


def chosen(design: Design, texts: dict[str, str]) -> Design:
    """Return the design with fields changed to values that are written as text.

    Parameters
    ----------
    design
        Where to start.
    texts
        Field → value as ``str`` writes it, in any case: ``true``, ``none``.

    Raises
    ------
    InputError
        A field or value that there is not; the message names those that are.

    Examples
    --------
    >>> from aws_lb_sim.design.design import Design
    >>> chosen(Design(), {"target_type": "ip", "cross_zone": "false"}).cross_zone
    False
    """
    return replace(design, **{name: _value(name, text) for name, text in texts.items()})


def _value(name: str, text: str) -> Any:
    if name in TEXT_FIELDS:
        return text
    offered = values()
    if name not in offered:
        known = ", ".join(sorted((*offered, *TEXT_FIELDS)))
        raise InputError(f"a design has no field {name!r}", where="--set", mend=f"use {known}")
    by_text = {_written(value).lower(): value for value in offered[name]}
    if text.lower() not in by_text:
        raise InputError(
            f"{name} cannot be {text!r}", where="--set", mend=f"use one of {', '.join(by_text)}"
        )
    return by_text[text.lower()]


def _written(value: object) -> str:
    """Write a value as a person would type it; a choice left open is ``default``."""
    if value is None:
        return "default"
    return "+".join(map(str, value)) or "nothing" if isinstance(value, tuple) else str(value)


def _refuse_to_replace(bundle: Bundle, directory: Path) -> None:
    there = [name for name in bundle.files if (directory / name).exists()]
    if there:
        raise InputError(
            f"{', '.join(there)} is there already",
            where=str(directory),
            mend="name another folder, or add --force",
        )


def _command(manifests: Manifests, written: Iterable[Path]) -> str:
    """Return the command that simulates what was written."""
    words = ["aws-lb-sim", "simulate", *(str(path) for path in written if path.suffix == ".yaml")]
    words += ["--url", "https://shop.example.com/"]
    words += ["--emissary-version", manifests.emissary_version]
    words += ["--controller", manifests.controller]
    for key, value in manifests.attributes.items():
        words += ["--attribute", f"{key}={value}"]
    for proxy in manifests.in_front:
        words += ["--in-front", proxy]
    return shlex.join(words)
