"""How to undo what the manifests of a design do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aws_lb_sim.decide.rank import Option

__all__ = ["roll_back"]

# With these, kubectl apply refuses an object that has changed since.
_OF_THE_MOMENT = "'/^ +(resourceVersion|uid|creationTimestamp): /d'"


def roll_back(option: Option) -> tuple[tuple[str, str], ...]:
    """Return how to undo what the manifests do: (what, shell commands), in order.

    Parameters
    ----------
    option
        What was decided on.
    """
    manifests = option.candidate.manifests
    files = [name for name in manifests.bundle().files if name.endswith(".yaml")]
    ours = [name for name in files if name != "cloudformation.yaml"]
    listed = " ".join(f"-f manifests/{name}" for name in ours)
    kept = f"kubectl get {listed} --ignore-not-found -o yaml | sed -E {_OF_THE_MOMENT}"
    steps = [
        (
            (
                "Before anything is applied: keep what of this is there already, and see what "
                "would change. A Service or Ingress in before.yaml is one whose load balancer "
                "would be changed in place or replaced: give the new one another name if both "
                "are to run side by side"
            ),
            f"{kept} > before.yaml\nkubectl diff {listed}",
        ),
        (
            (
                "Leave the old load balancer and its DNS record as they are until everything above "
                "holds; to go back, point the DNS record at the old load balancer again (clients "
                "follow within the record's TTL)"
            ),
            "",
        ),
        (
            (
                "If before.yaml is empty, take the new documents away; a load balancer made for "
                "them goes too"
            ),
            f"kubectl delete {listed}",
        ),
        (
            (
                "If it is not, bring back what is in it, and delete by name only what was not "
                "there before"
            ),
            "kubectl apply -f before.yaml",
        ),
    ]
    if manifests.cloudformation is not None:
        steps.append(
            (
                "Take the stack away (the name is the one it was deployed under)",
                "aws cloudformation delete-stack --stack-name NAME",
            )
        )
    if manifests.attributes:
        steps.append(
            (
                "What was set by hand goes with the load balancer; nothing else has to be undone",
                "",
            )
        )
    return tuple(steps)
