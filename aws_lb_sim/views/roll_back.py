"""How to undo what the manifests of a design do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aws_lb_sim.decide.rank import Option

__all__ = ["roll_back"]


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
    kinds = ",".join(
        dict.fromkeys(
            f"{each['kind'].lower()}s.getambassador.io"
            if "getambassador.io" in each["apiVersion"]
            else each["kind"].lower()
            for each in manifests.documents
        )
    )
    steps = [
        (
            "Before anything is applied: keep what is there",
            f"kubectl get {kinds} --all-namespaces -o yaml > before.yaml",
        ),
        (
            (
                "Leave the old load balancer and its DNS record as they are until everything above "
                "holds; to go back, point the DNS record at the old load balancer again"
            ),
            "",
        ),
        (
            "Take the new documents away, then bring the old ones back",
            f"kubectl delete {listed}\nkubectl apply -f before.yaml",
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
