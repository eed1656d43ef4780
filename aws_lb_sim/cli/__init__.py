"""The command line: ``aws-lb-sim simulate``, ``verify``, ``export``, ``designs``, ….

What a program reads goes to standard output, what a person is told besides goes
to standard error. Exit status: 0 done, 1 a finding as severe as ``--fail-on``
says, or a difference that ``verify`` finds, 2 bad usage or input that cannot be read,
with one line that says why.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import typer

from aws_lb_sim.cli.export_command import export
from aws_lb_sim.cli.lists import designs, findings, rules
from aws_lb_sim.cli.simulate_command import simulate
from aws_lb_sim.cli.verify_command import verify
from aws_lb_sim.errors import InputError
from aws_lb_sim.views.words import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

BAD_USAGE = 2

app = typer.Typer(
    name="aws-lb-sim",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (simulate, verify, export, designs, findings, rules):
    app.command()(command)


@app.callback()
def describe_program() -> None:
    """See what reaches Emissary through an AWS load balancer, hop by hop.

    Nothing is contacted: manifests are read, and a request is followed through
    client, load balancer, node, Emissary and service by documented rules.

    Begin with:

        aws-lb-sim designs

        aws-lb-sim export DESIGN -o edge

        aws-lb-sim simulate edge/*.yaml --url https://shop.example.com/

        aws-lb-sim verify edge/*.yaml --url https://shop.example.com/
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments
        What follows the program's name; by default those of the process.

    Returns
    -------
    int
        The exit status: 0, 1 or 2, as the package's documentation says.

    Examples
    --------
    >>> main(["simulate", "no-such-file.yaml", "--url", "http://shop.example.com/"])
    2
    """
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        status = app(given, prog_name="aws-lb-sim", standalone_mode=False)
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):
        # The reader of our output, such as `head`, has had enough (Typer exits for that).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except typer.Abort:
        return 130
    except InputError as error:
        return _refuse(str(error))
    except typer.TyperException as error:
        return 0 if not given else _refuse(_usage_error(error))
    except OSError as error:
        return _refuse(f"{error.filename or 'file'}: {error.strerror}")
    return status if isinstance(status, int) else 0


def _usage_error(error: typer.TyperException) -> str:
    """Say what is wrong with the arguments, and where help is."""
    words = getattr(error, "format_message", error.__str__)()
    context = getattr(error, "ctx", None)
    return f"{words} See: {context.command_path if context else 'aws-lb-sim'} --help"


def _refuse(message: str) -> int:
    """Print one line on standard error; whatever it quotes cannot break it or drive a terminal."""
    line = " ".join(message.split())
    sys.stderr.write(f"aws-lb-sim: {printable(line)}\n")
    return BAD_USAGE
