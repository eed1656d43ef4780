"""An architecture decision record: as Markdown, and as one HTML file that needs nothing else."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aws_lb_sim.errors import InputError
from aws_lb_sim.manifests.bundle import Bundle
from aws_lb_sim.views.markdown import block, code, escaped, linked
from aws_lb_sim.views.record_content import RecordHead, content, pictured, recommended
from aws_lb_sim.views.svg import to_svg
from aws_lb_sim.views.words import printable

if TYPE_CHECKING:
    from aws_lb_sim.decide.decision import Decision

__all__ = ["RecordHead", "to_html", "to_markdown", "write_record"]


def write_record(
    decision: Decision,
    directory: str | os.PathLike[str],
    *,
    overwrite: bool = False,
    head: RecordHead | None = None,
) -> tuple[Path, ...]:
    """Write the record of a decision into a folder, with the manifests decided on.

    Parameters
    ----------
    decision
        With a recommended design.
    directory
        Made where it is not there. It gets ``decision.md`` with its pictures,
        ``decision.html``, and the manifests in a folder ``manifests``.
    overwrite
        Whether files that are there already may be replaced.
    head
        What only people can say.

    Returns
    -------
    tuple of Path
        The files, the record first.

    Raises
    ------
    InputError
        No design does all that it must; a file is there already (then nothing is
        written); the folder cannot be written to.

    Examples
    --------
    >>> import tempfile
    >>> from aws_lb_sim.decide.decision import decide
    >>> made = decide({"waf": "must"}, load_balancer="alb")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [path.name for path in write_record(made, folder)][:2]
    ['decision.md', 'decision.html']
    """
    best = recommended(decision)
    pictures = {f"flow-{each.key}.svg": str(to_svg(each.flow)) + "\n" for each in pictured(best)}
    record = Bundle(
        {
            "decision.md": to_markdown(decision, head=head),
            "decision.html": to_html(decision, head=head),
            **pictures,
        }
    )
    manifests = best.candidate.manifests.bundle()
    folder = Path(directory)
    inner = folder / "manifests"
    targets = [folder / each for each in record.files]
    targets += [inner / each for each in manifests.files]
    there = [str(path) for path in targets if os.path.lexists(path)]
    if there and not overwrite:
        mend = "choose another folder, or ask to overwrite"
        raise InputError(f"{', '.join(there)} is there already", where=str(folder), mend=mend)
    written = record.write(folder, overwrite=overwrite)
    return (*written, *manifests.write(inner, overwrite=overwrite))


def to_markdown(decision: Decision, *, head: RecordHead | None = None) -> str:
    """Return the record as Markdown (CommonMark with tables), the same for the same decision.

    Pictures are referred to by the names under which :func:`write_record` writes them.

    Parameters
    ----------
    decision
        With a recommended design.
    head
        What only people can say; escaped, so that none of it is markup.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("aws_lb_sim.views"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  (this is no HTML: every value goes through escaped)
        finalize=escaped,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(block=block, code=code, linked=linked)
    text = environment.get_template("decision.md.j2").render(content(decision, head))
    return re.sub(r"\n{3,}", "\n\n", text)


def to_html(decision: Decision, *, head: RecordHead | None = None) -> str:
    """Return the record as one HTML page without scripts, links or anything to load.

    Parameters
    ----------
    decision
        With a recommended design.
    head
        What only people can say; escaped.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("aws_lb_sim.views"),
        undefined=StrictUndefined,
        autoescape=True,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("decision.html.j2").render(content(decision, head))


def _visible(value: Any) -> Any:
    """Write control characters out; markup is left to autoescape."""
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return "\n".join(printable(line) for line in value.split("\n"))
    return value
