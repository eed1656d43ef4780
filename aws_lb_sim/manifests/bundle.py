"""The files that a person takes away: manifests by kind, template, commands, README."""

from __future__ import annotations

import io
import os
import re
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from aws_lb_sim.errors import InputError
from aws_lb_sim.manifests.dump import dump
from aws_lb_sim.manifests.load import load_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_lb_sim.manifests.document import Document

__all__ = ["Bundle"]

# One name, no folder: nothing can be written beside the folder that was asked for.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # The first moment that the ZIP format can say.
_SCRIPT_MODE, _FILE_MODE = 0o755, 0o644


@dataclass(frozen=True, slots=True)
class Bundle:
    """Files by name, in order.

    Parameters
    ----------
    files
        File name → text. Names have no folder in them.

    Raises
    ------
    InputError
        Where a name could lead out of the folder, or two differ only in case.

    Examples
    --------
    >>> bundle = Bundle.from_documents([{"kind": "Host"}, {"kind": "Mapping"}])
    >>> list(bundle.files)
    ['host.yaml', 'mapping.yaml', 'README.md']
    """

    files: Mapping[str, str]

    def __post_init__(self) -> None:
        lower = set()
        for name in self.files:
            if not _NAME.fullmatch(name) or name.endswith("."):
                mend = "use letters, digits, dots, dashes and underscores, and no folder"
                raise InputError(f"{name!r} is not a file name for a bundle", mend=mend)
            if name.lower() in lower:  # one file on macOS and Windows
                mend = "give it another name"
                raise InputError(f"two files of the bundle are called {name!r}", mend=mend)
            lower.add(name.lower())
        object.__setattr__(self, "files", MappingProxyType(dict(self.files)))

    def __reduce__(self) -> tuple[type[Bundle], tuple[dict[str, str]]]:
        return Bundle, (dict(self.files),)  # a mapping proxy cannot be pickled or copied

    @classmethod
    def from_documents(
        cls,
        documents: Sequence[dict[str, Any]],
        cloudformation: dict[str, Any] | None = None,
        commands: Sequence[str] = (),
        notes: str = "",
    ) -> Bundle:
        """Make one file for each kind of document, and one for each other thing.

        Parameters
        ----------
        documents
            Kubernetes documents; the order of kinds and of documents is kept.
        cloudformation
            A template, for ``cloudformation.yaml``.
        commands
            Shell commands, for ``aws-commands.sh``, one a line.
        notes
            Markdown for the top of ``README.md``.

        Returns
        -------
        Bundle
            ``README.md`` is always in it, and is the last file.

        Raises
        ------
        InputError
            Where a document cannot be written as YAML.

        Examples
        --------
        >>> bundle = Bundle.from_documents([], commands=["aws sts get-caller-identity"])
        >>> bundle.files["aws-commands.sh"].splitlines()[-1]
        'aws sts get-caller-identity'
        """
        by_file: dict[str, list[dict[str, Any]]] = {}
        for document in documents:
            by_file.setdefault(_file_name(document), []).append(document)
        files = {name: dump(group) for name, group in by_file.items()}
        if cloudformation is not None:
            files["cloudformation.yaml"] = dump([cloudformation])
        if commands:
            files["aws-commands.sh"] = "#!/bin/sh\nset -eu\n\n" + "\n".join(commands) + "\n"
        files["README.md"] = _readme(list(by_file), files, notes)
        return cls(files)

    def documents(self) -> tuple[Document, ...]:
        """Read every YAML file back, in order.

        Returns
        -------
        tuple of Document
            Each with its file's name as ``source``.

        Examples
        --------
        >>> Bundle({"host.yaml": "kind: Host"}).documents()[0].source
        'host.yaml'
        """
        found: list[Document] = []
        for name, text in self.files.items():
            if name.endswith(".yaml"):
                found += load_text(text, name, max_bytes=max(len(text.encode()), 1))
        return tuple(found)

    def write(
        self, directory: str | os.PathLike[str], *, overwrite: bool = False
    ) -> tuple[Path, ...]:
        """Write the files into a folder, which is made where there is none.

        Every file is written beside its place and then moved there, so that no
        half of a file is ever seen.

        Parameters
        ----------
        directory
            The folder.
        overwrite
            Whether files that are there already may be replaced.

        Returns
        -------
        tuple of Path
            The files, in order.

        Raises
        ------
        InputError
            Where a file is there already (then nothing is written), or the
            folder cannot be written to.

        Examples
        --------
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     [path.name for path in Bundle({"a.yaml": "a: 1"}).write(folder)]
        ['a.yaml']
        """
        folder = Path(directory)
        targets = {name: folder / name for name in self.files}
        there = [name for name, path in targets.items() if os.path.lexists(path)]
        if there and not overwrite:
            mend = "choose another folder, or ask to overwrite"
            raise InputError(f"{', '.join(there)} is there already", where=str(folder), mend=mend)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name, path in targets.items():
                _write(path, self.files[name])
        except OSError as error:
            what = f"it cannot be written to: {error.strerror or error}"
            mend = "name a folder that you may write to"
            raise InputError(what, where=str(folder), mend=mend) from None
        return tuple(targets.values())

    def zip(self) -> bytes:
        """Return a ZIP archive of the files, the same bytes for the same files.

        Returns
        -------
        bytes
            Not compressed (it is small, and compressors differ), dated 1980-01-01.

        Examples
        --------
        >>> Bundle({"a.yaml": "a: 1"}).zip() == Bundle({"a.yaml": "a: 1"}).zip()
        True
        """
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
            for name, text in self.files.items():
                entry = zipfile.ZipInfo(name, _EARLIEST)
                entry.create_system = 3  # Unix, wherever it is made, so that modes count
                entry.external_attr = (0o100000 | _mode(name)) << 16
                archive.writestr(entry, text.encode())
        return buffer.getvalue()


def _file_name(document: dict[str, Any]) -> str:
    kind = document.get("kind")
    stem = re.sub(r"[^a-z0-9]+", "-", kind.lower()).strip("-") if isinstance(kind, str) else ""
    # cloudformation.yaml is the template's name.
    return {"": "other.yaml", "cloudformation": "other.yaml"}.get(stem, f"{stem[:90]}.yaml")


def _mode(name: str) -> int:
    return _SCRIPT_MODE if name.endswith(".sh") else _FILE_MODE


def _write(path: Path, text: str) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
        Path(temporary).chmod(_mode(path.name))
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _readme(manifests: Sequence[str], files: Mapping[str, str], notes: str) -> str:
    """Say in which order the files are used, and that they were made by a program."""
    steps = []
    if manifests:
        listed = " ".join(f"-f {name}" for name in manifests)
        steps.append(f"Apply the manifests: `kubectl apply {listed}`")
    if "cloudformation.yaml" in files:
        command = "aws cloudformation deploy --template-file cloudformation.yaml --stack-name NAME"
        steps.append(f"Make the load balancer: `{command}` (fill in its parameters)")
    if "aws-commands.sh" in files:
        steps.append("Set by hand what no manifest can say: read, then run `sh aws-commands.sh`")
    yaml_files = " ".join(name for name in files if name.endswith(".yaml"))
    if yaml_files:
        steps.append(f"See what happens: `aws-lb-sim simulate {yaml_files} --url URL`")
    numbered = "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))
    parts = ["# Load balancer manifests", notes.strip(), numbered, "Written by aws-lb-sim."]
    return "\n\n".join(part for part in parts if part) + "\n"
