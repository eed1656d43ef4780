"""The card "What Emissary sees": three answers, each with a sign, and the rounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from aws_lb_sim.views.words import RESULT_WORDS, exchange_words

if TYPE_CHECKING:
    from aws_lb_sim.flow import Flow
    from aws_lb_sim.network.box import Answer

__all__ = ["SIGNS", "Card", "Entry", "Verdict", "has_failed", "make_card"]

Verdict = Literal["good", "bad", "caution", "neutral"]

SIGNS: dict[Verdict, str] = {"good": "✓", "bad": "✗", "caution": "!", "neutral": "–"}
"""The sign of a verdict; colour never carries it alone."""

LOWEST_FAILURE = 400

FORGEABLE = "-forgeable"
"""End of the code of each finding that says that a client can forge its address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the card: a question, its answer, and how good that is."""

    label: str
    text: str
    verdict: Verdict

    def __str__(self) -> str:
        return f"{SIGNS[self.verdict]} {self.label}: {self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What Emissary sees, and what the client gets.

    Parameters
    ----------
    entries
        Client address, secure or not, where TLS ends, answer.
    rounds
        One line for each request of a client that follows redirects.
    loop
        Whether those rounds never end.
    """

    entries: tuple[Entry, ...]
    rounds: tuple[str, ...]
    loop: bool

    def __str__(self) -> str:
        return "\n".join(map(str, self.entries))

    @property
    def client(self) -> Entry:
        """The entry on the client's address."""
        return self.entries[0]

    @property
    def outcome(self) -> Entry:
        """The entry that says how it ended."""
        return self.entries[-1]


def make_card(flow: Flow) -> Card:
    """Sum up what Emissary sees and what the client gets.

    Parameters
    ----------
    flow
        What happened.

    Returns
    -------
    Card
        Plain text throughout; each view escapes it for itself.
    """
    rounds = tuple(f"{n}. {exchange_words(one)}" for n, one in enumerate(flow.exchanges, 1))
    entries = (_client_entry(flow), _secure_entry(flow), _tls_entry(flow), _answer_entry(flow))
    return Card(entries=entries, rounds=rounds, loop=flow.redirect_loop)


def _client_entry(flow: Flow) -> Entry:
    label, believed = "Client address", flow.emissary_client_ip
    if believed is None:
        return Entry(label=label, text="Emissary read no request", verdict="neutral")
    if flow.client_address == "wrong":
        text = f"{believed} (wrong: the client is {flow.client_ip})"
        return Entry(label=label, text=text, verdict="bad")
    if any(finding.code.endswith(FORGEABLE) for finding in flow.findings):
        text = f"{believed} (right here, but a client can forge it)"
        return Entry(label=label, text=text, verdict="caution")
    return Entry(label=label, text=f"{believed} (right)", verdict="good")


def _secure_entry(flow: Flow) -> Entry:
    label = "Taken as secure"
    if flow.secure is None:
        return Entry(label=label, text="Emissary read no request", verdict="neutral")
    exchange = flow.read_exchange or flow.exchanges[0]
    asked_secure = exchange.url.startswith(("https:", "wss:"))
    if flow.secure == asked_secure:
        text = "yes, it came over https" if flow.secure else "no, it came over http"
        return Entry(label=label, text=text, verdict="good")
    if flow.secure:
        text = "yes, although the client used http"
        return Entry(label=label, text=text, verdict="bad")
    text = "no, although the client used https"
    return Entry(label=label, text=text, verdict="bad")


def _tls_entry(flow: Flow) -> Entry:
    label = "TLS ends at"
    for number, exchange in enumerate(flow.exchanges, 1):
        if boxes := exchange.tls_terminated_at:
            text = ", then ".join(boxes) + ("" if number == 1 else f", on request {number}")
            return Entry(label=label, text=text, verdict="neutral")
    return Entry(label=label, text="nowhere: no TLS session was ended", verdict="neutral")


def _answer_entry(flow: Flow) -> Entry:
    label, last = "Answer", flow.exchanges[-1].answer
    if flow.redirect_loop:
        text = f"redirect loop: {flow.status} again and again"
        return Entry(label=label, text=text, verdict="bad")
    text = ", then ".join(_short(exchange.answer) for exchange in flow.exchanges)
    return Entry(label=label, text=text, verdict="bad" if has_failed(last) else "good")


def _short(answer: Answer) -> str:
    return RESULT_WORDS[answer.result] if answer.status is None else str(answer.status)


def has_failed(answer: Answer) -> bool:
    """Tell whether no response came, or one that says error."""
    return answer.status is None or answer.status >= LOWEST_FAILURE
