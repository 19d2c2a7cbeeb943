"""Rules about a Flow JSON as a whole: its version, its size, and how it talks to an endpoint."""

from __future__ import annotations

from collections.abc import Iterator

from templatesync.kinds.flow import limits
from templatesync.kinds.flow.rules.base import ERROR, META, META_CHANGES, OTHERS, READERS, WARNING, rule
from templatesync.kinds.flow.view import ASSET, ENDPOINT, FlowView
from templatesync.kinds.host import HINT, hosts, lookalike, mixed
from templatesync.kinds.rule import Hit
from templatesync.model.json_value import canonical_json


@rule("fj-top", ERROR, META, "A Flow JSON is an object with `version`, a text, and `screens`, a list.")
def fj_top(flow: FlowView) -> Iterator[Hit]:
    """The two fields that cannot be left out, and their types. That there is no JSON, the frame tells."""
    if not flow.present:
        return
    if not isinstance(flow.value, dict):
        yield Hit((ASSET,), "a Flow JSON is an object with version and screens", "write it as { … }")
        return
    if not isinstance(flow.fields.get("version"), str):
        yield Hit(flow.at("version"), "a Flow JSON has a version, which is a text", 'write "version": "7.2"')
    screens = flow.fields.get("screens")
    if not isinstance(screens, list):
        yield Hit(flow.at("screens"), "a Flow JSON has screens, which are a list")
        return
    if not screens:
        yield Hit(flow.at("screens"), "a flow has a screen at least", "write one, with terminal true")
    for index, screen in enumerate(screens):
        if not isinstance(screen, dict):
            yield Hit((*flow.at("screens"), index), "a screen is an object")


@rule("fj-version", ERROR, META_CHANGES, "`version` is one that a flow can be published in.")
def fj_version(flow: FlowView) -> Iterator[Hit]:
    """Versions that were never there, or that have ended."""
    version = flow.fields.get("version")
    if isinstance(version, str) and version not in (*limits.PUBLISHABLE, *limits.SENDABLE):
        message = f"no flow can be published in the version {version[:40]}"
        yield Hit(flow.at("version"), message, f"use one of {', '.join(limits.PUBLISHABLE)}")


@rule("fj-version-old", WARNING, META_CHANGES, "`version` is one in which new flows can be published.")
def fj_version_old(flow: FlowView) -> Iterator[Hit]:
    """Versions that are sent and not published any more."""
    version = flow.fields.get("version")
    if version in limits.SENDABLE:
        message = f"flows of version {version} are still sent, but no new one can be published"
        yield Hit(flow.at("version"), message, f"move on to {limits.PUBLISHABLE[-1]}")


@rule(
    "fj-data-api", ERROR, META, "A flow with an endpoint has `data_api_version`, and no `data_channel_uri` from 3.0 on."
)
def fj_data_api(flow: FlowView) -> Iterator[Hit]:
    """What says which way a flow talks to its endpoint. Before 3.0 the JSON itself named the address."""
    if flow.version < (3, 0) or not flow.fields:
        return
    known = " or ".join(limits.DATA_API)
    if "data_channel_uri" in flow.fields:
        hint = "remove it, and write the address into EndpointUri"
        yield Hit(flow.at("data_channel_uri"), "from version 3.0 on the address is no part of the JSON", hint)
    if "data_api_version" in flow.fields:
        if flow.fields["data_api_version"] not in limits.DATA_API:
            yield Hit(flow.at("data_api_version"), f"data_api_version is {known}, a text")
        return
    hint = 'write "data_api_version": "3.0" beside version'
    if flow.endpoint:
        yield Hit((ASSET,), f"a flow with an EndpointUri has data_api_version {known}", hint)
    for screen in flow.screens:
        for action in screen.actions:
            if action.name == "data_exchange":
                message = f"data_exchange asks the endpoint, which needs data_api_version {known}"
                yield Hit(action.at("name"), message, hint)
                return


@rule("fj-size", WARNING, OTHERS, "A Flow JSON has at most 10 MB.")
def fj_size(flow: FlowView) -> Iterator[Hit]:
    """Counted without the blanks between its values, which differ from one writer to the next."""
    size = len(canonical_json(flow.value).encode("utf-8", "surrogatepass"))
    if size > limits.SIZE:
        message = f"the JSON has {size:,} bytes without blanks; at most {limits.SIZE:,} are taken"
        yield Hit((ASSET,), message, "make the pictures smaller")


@rule("fj-host-mixed-script", ERROR, READERS, "A name in the host of the endpoint has letters of one script.")
def fj_host_mixed_script(flow: FlowView) -> Iterator[Hit]:
    """Of EndpointUri. Scripts that are written together count as one."""
    for host in hosts(flow.endpoint):
        if found := mixed(host):
            yield Hit((ENDPOINT,), found, HINT)


@rule("fj-host-lookalike", WARNING, READERS, "The host of the endpoint does not pass for another one.")
def fj_host_lookalike(flow: FlowView) -> Iterator[Hit]:
    """Names whose letters all look like ASCII."""
    for host in hosts(flow.endpoint):
        if found := lookalike(host):
            yield Hit((ENDPOINT,), found, HINT)
