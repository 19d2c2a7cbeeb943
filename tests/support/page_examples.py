"""The examples of a rule's page as the projects that they stand for, and what is found in them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from templatesync.documents import yaml_reader
from templatesync.kinds.rule import Rule
from templatesync.model.errors import FindingsError
from templatesync.model.finding import Finding
from templatesync.project import settings, workspace
from templatesync.validation import check

TEMPLATE = {
    "Name": "shop_page",
    "Category": "UTILITY",
    "Language": "en",
    "Components": [{"Type": "BODY", "Text": "Your order has left our studio today."}],
}
PROJECT = {
    "version": 1,
    "spaces": {"local": {"emulator": True, "vars": {"site": "https://www.example.com"}}},
}
SCREEN: dict[str, Any] = {
    "id": "DONE",
    "title": "Done",
    "terminal": True,
    "layout": {
        "type": "SingleColumnLayout",
        "children": [
            {"type": "Footer", "label": "Finish", "on-click-action": {"name": "complete", "payload": {}}},
        ],
    },
}
FLOW_JSON = {"version": "7.2", "screens": [SCREEN]}
FLOW = "kind: flow\nFlowName: shop_page\nCategories: [OTHER]\nAsset: flows/page.json\n"
_FILE = re.compile(r"^# (\S+\.(?:yaml|json))$\n?", re.MULTILINE)


def findings(root: Path, rule: Rule, example: str) -> tuple[Finding, ...]:
    """What is found in the project that an example stands for, made in the folder `root`."""
    return findings_in(root, files(rule, example))


def findings_in(root: Path, files: dict[str, str]) -> tuple[Finding, ...]:
    """What is found in the project of these files."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    try:
        loaded = settings.load(root)
    except FindingsError as error:
        return tuple(error.findings)
    return check.check(workspace.read(loaded)).findings


def files(rule: Rule, example: str) -> dict[str, str]:
    """The files of that project by name."""
    named = _split(rule, _filled(example))
    whole = {name: _whole(name, text) for name, text in named.items()}
    whole.setdefault("templatesync.yaml", json.dumps(PROJECT))
    if "flows/page.json" in whole and not any("Asset:" in text for text in whole.values()):
        whole["flows/page.yaml"] = FLOW
    if not any(name.endswith(".yaml") and name != "templatesync.yaml" for name in whole):
        whole["templates/page.yaml"] = json.dumps(TEMPLATE)
    return whole


def _split(rule: Rule, example: str) -> dict[str, str]:
    first, *rest = _FILE.split(example)
    named = dict(zip(rest[::2], rest[1::2], strict=True))
    if not rest:
        is_json = rule.id.startswith("json-") or (rule.kind == "flow" and not re.match(r"\w+:", first))
        return {"flows/page.json" if is_json else "templates/page.yaml": first}
    assert not first.strip(), "what stands before the first name of a file belongs to no file"
    return named


def _filled(example: str) -> str:
    def fill(match: re.Match[str]) -> str:
        words = "cups-" if match[1] else "Cups fired on Friday leave our studio on Monday morning "
        length = int(match[2])
        return match[1] + (words * (length // len(words) + 1))[: length - 1] + ("0" if match[1] else ".")

    text = re.sub(r"(/?)<(\d+) characters>", fill, example)
    return re.sub(r"<(\d+) components>", lambda match: _components(int(match[1])), text)


def _components(count: int) -> str:
    texts = [{"type": "TextBody", "text": f"Line {number}"} for number in range(1, count)]
    return json.dumps([*texts, *SCREEN["layout"]["children"]])[1:-1]


def _whole(name: str, text: str) -> str:
    if name == "templatesync.yaml":
        return _completed(text, PROJECT, ("version",))
    if name.endswith(".json"):
        return _completed_json(text)
    return "---\n".join(_completed(part, TEMPLATE, ("Name", "kind")) for part in text.split("---\n"))


def _completed(text: str, smallest: dict[str, Any], whole: tuple[str, ...]) -> str:
    """The text with what it lacks written behind it; as it is, when it lacks nothing or is not to be read."""
    loaded = yaml_reader.load(text.encode(), "page.yaml")
    if loaded.findings or len(loaded.documents) != 1:
        return text
    given = loaded.documents[0].data
    if not isinstance(given, dict) or any(key in given for key in whole):
        return text
    lacking = smallest.keys() - given.keys() - ({"Language"} if "Languages" in given else set())
    return text.rstrip("\n") + "\n" + "".join(f"{key}: {json.dumps(smallest[key])}\n" for key in sorted(lacking))


def _completed_json(text: str) -> str:
    try:
        given = json.loads(text)
    except ValueError:
        return text
    if not isinstance(given, dict) or "version" in given:
        return text
    return json.dumps({**FLOW_JSON, **given}) if "screens" not in given else '{"version": "7.2",' + text.lstrip()[1:]
