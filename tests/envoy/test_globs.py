"""Looking host names up among patterns."""

from hypothesis import given
from hypothesis import strategies as st

from aws_lb_sim.envoy.globs import GlobTable

NAME = st.lists(st.text("ab", min_size=1, max_size=2), min_size=1, max_size=3).map(".".join)
PATTERN = st.one_of(
    st.just("*"), NAME, NAME.map(lambda name: f"*.{name}"), NAME.map(lambda name: f"{name}.*")
)


def fits(pattern: str, name: str) -> bool:
    if "*" not in pattern:
        return pattern == name
    text = pattern.strip("*")
    fitting = name.endswith(text) if pattern[0] == "*" else name.startswith(text)
    return fitting and len(name) >= len(pattern)


@given(st.lists(PATTERN, unique=True, max_size=6), NAME)
def test_what_is_found_fits_and_nothing_better_does(patterns, name):
    found = GlobTable([(pattern, pattern) for pattern in patterns]).find(name)
    fitting = [pattern for pattern in patterns if fits(pattern, name)]
    if found is None:
        assert fitting == []
        return
    assert found in fitting
    if name in patterns:
        assert found == name
    elif found != "*":
        same_side = [p for p in fitting if p != "*" and (p[0] == "*") == (found[0] == "*")]
        assert len(found) == max(map(len, same_side))
    else:
        assert fitting == ["*"]


def test_suffix_patterns_go_before_prefix_patterns():
    table = GlobTable([("shop.*", "prefix"), ("*.test", "suffix")])
    assert table.find("shop.test") == "suffix"
