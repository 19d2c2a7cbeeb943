"""Laws of what stands under `spaces:`: old files are read as before, and a space comes before its defaults."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import settings as limited
from hypothesis import strategies as st

from templatesync.model.resource import Key
from templatesync.project import settings
from templatesync.project.policy import ProjectPolicy
from templatesync.project.settings import DEFAULT_REGION, EmulatorSettings, Project, Space

ROOT = Path("/nowhere")
NAMES = st.sampled_from(["defaults", "groups", "a", "brand_1", "brand_2", "x.y"])
VARS = st.dictionaries(st.sampled_from(["site", "tone", "n"]), st.sampled_from(["1", "2", ""]), max_size=3)
REGIONS = st.sampled_from(["eu-central-1", "cn-beijing"])
PATTERNS = st.lists(st.sampled_from(["shop_*", "*_otp", "shop_a", "template/*", "?", "*"]), min_size=1, max_size=3)
POLICIES = st.fixed_dictionaries(
    {},
    optional={
        "on_approved": st.sampled_from(["block", "modify"]),
        "manage": PATTERNS,
        "protect": PATTERNS,
        "max_changes": st.fixed_dictionaries(
            {}, optional={"percent": st.integers(0, 100), "at_least": st.integers(0, 9)}
        ),
    },
)
REAL = st.fixed_dictionaries({}, optional={"region": REGIONS, "vars": VARS, "waba_id": st.just("1")})
EMULATOR = st.fixed_dictionaries(
    {"emulator": st.sampled_from([True, {"review": "manual"}, {"after": 3}])}, optional={"vars": VARS}
)


def with_ids(spaces: dict[str, Any]) -> dict[str, Any]:
    """Each space that is none of the emulator under an id of its own."""
    return {
        name: said if "emulator" in said else {**said, "cust_space_id": f"cams-{name}"} for name, said in spaces.items()
    }


SPACES = st.dictionaries(NAMES, REAL | EMULATOR, min_size=1, max_size=5).map(with_ids)
PLAIN = SPACES.map(lambda spaces: {name: said for name, said in spaces.items() if name not in ("defaults", "groups")})


def parsed(**said: Any) -> Project:
    return settings.parse(ROOT, json.dumps({"version": 1, **said}).encode())


def as_before(name: str, said: dict[str, Any]) -> Space:
    """What an older release made of a space."""
    given_ = said.get("emulator")
    emulator = EmulatorSettings(**given_) if isinstance(given_, dict) else EmulatorSettings() if given_ else None
    id_, region = said.get("cust_space_id") or f"emulator-{name}", said.get("region", DEFAULT_REGION)
    return Space(name, id_, region, said.get("waba_id", ""), vars=said.get("vars", {}), emulator=emulator)


@limited(max_examples=40)
@given(SPACES, POLICIES)
def test_a_file_without_defaults_and_groups_is_read_as_before(spaces: dict[str, Any], policy: dict[str, Any]) -> None:
    project = parsed(spaces=spaces, policy=policy)
    assert list(project.spaces) == [as_before(name, said) for name, said in spaces.items()]
    assert project.groups == {}
    bounds = policy.get("max_changes", {})
    patterns = tuple(policy.get("manage", ["*"])), tuple(policy.get("protect", []))
    numbers = bounds.get("percent", 30), bounds.get("at_least", 3)
    whole = ProjectPolicy(policy.get("on_approved", "block"), *patterns, *numbers)
    assert {project.policy_of(space) for space in project.spaces} == {whole}


KEYS = [Key("template", name, "en") for name in ("shop_a", "shop_otp", "other", "a")] + [Key("flow", "shop_a")]


@limited(max_examples=40)
@given(PLAIN.filter(bool), VARS, REGIONS | st.none(), POLICIES, POLICIES, st.data())
def test_a_space_comes_before_the_defaults_and_these_before_the_project(
    spaces: dict[str, Any],
    shared: dict[str, str],
    region: str | None,
    whole: dict[str, Any],
    of_all: dict[str, Any],
    data: st.DataObject,
) -> None:
    own = {name: data.draw(POLICIES) for name in spaces}
    said = {name: {**each, "policy": own[name]} for name, each in spaces.items()}
    defaults = {"vars": shared, "policy": of_all, **({"region": region} if region else {})}
    project = parsed(spaces={"defaults": defaults, **said}, policy=whole)
    for space in project.spaces:
        raw = spaces[space.name]
        assert space.vars == {**shared, **raw.get("vars", {})}
        if space.emulator is None:
            assert space.region == (raw.get("region") or region or DEFAULT_REGION)
        layers = [whole, of_all, own[space.name]]
        alone = [parsed(spaces=spaces, policy=layer).policy for layer in layers]
        policy = project.policy_of(space)
        for key in KEYS:
            assert policy.manages(key) == all(each.manages(key) for each in alone)
            assert policy.protects(key) == any(each.protects(key) for each in alone)
        assert policy.on_approved == next(
            (each["on_approved"] for each in layers[::-1] if "on_approved" in each), "block"
        )
        bounds = {name: number for layer in layers for name, number in layer.get("max_changes", {}).items()}
        assert (policy.max_percent, policy.at_least) == (bounds.get("percent", 30), bounds.get("at_least", 3))
