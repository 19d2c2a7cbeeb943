"""A shop of all kinds, and what a seed makes of its files: the changes of one round. Knows no process and no service.

Each change leaves a mark in what it writes, so that the service's own rows show whether it was carried out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from support.beliefs.shop import ASSET, PHONE, Body
from support.beliefs.truth import flow_key, qr_code_key
from support.emulated_project import LOCAL
from templatesync.documents.yaml_writer import to_yaml
from templatesync.model.json_value import Json

SPACE = "shop"
ABSENT: Json = {"state": "absent", "protected": False}
LANGUAGES = ("en", "zh_CN")


@dataclass(slots=True)
class Shop:
    """Files by path, and what must be live because of them: by key a mark that its content has, None of what is gone.

    Where a plan calls it otherwise, as a QR code that its file names by its code, `called` has the plan's key.
    """

    files: dict[str, str] = field(default_factory=dict)
    marks: dict[str, str | None] = field(default_factory=dict)
    called: dict[str, str] = field(default_factory=dict)

    def copy(self) -> Shop:
        """Another one that can be changed."""
        return Shop(dict(self.files), dict(self.marks), dict(self.called))

    def write(self, root: Path) -> None:
        """All files, in place of those that are there."""
        for path, text in self.files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")

    # What there is

    def template(self, name: str, english: str, chinese: str) -> None:
        """In two languages."""
        text = {
            "en": f"Hello $(name), your order is on its way to you, see edition {english}.",
            "zh_CN": f"您好，$(name)！您的订单已经发出，请您注意查收，感谢您的惠顾，版本 {chinese}。",
        }
        body: Body = {
            "Name": name,
            "Category": "UTILITY",
            "Languages": [*LANGUAGES],
            "Components": [{"Type": "BODY", "Text": text}],
            "Example": {"name": {"en": "Ann", "zh_CN": "李梅"}},
        }
        self.files[f"templates/{name}.yaml"] = to_yaml(body)
        self.marks[f"template/{name}@en"] = english
        self.marks[f"template/{name}@zh_CN"] = chinese

    def offer(self, name: str, edition: str, *, allowed: bool) -> None:
        """In one language, with a switch."""
        text = f"Hello $(name), the glazes of edition {edition} are out of the kiln. Reply STOP to hear no more."
        body: Body = {
            "Name": name,
            "Category": "MARKETING",
            "Language": "en",
            "Components": [{"Type": "BODY", "Text": text}],
            "Example": {"name": "Ann"},
            "AllowSend": allowed,
        }
        self.files[f"templates/{name}.yaml"] = to_yaml(body)
        self.marks[f"template/{name}@en"] = edition if allowed else '"AllowSend":false'

    def link(self, name: str, flow: str) -> None:
        """A template that leads to a flow."""
        button: Json = {"Type": "FLOW", "Text": "Choose", "FlowId": f"${{{{ flows.{flow} }}}}"}
        button |= {"FlowAction": "NAVIGATE", "NavigateScreen": "CHOOSE_DATE"}
        text = "Hello $(name), choose an evening for your class at the wheel with us."
        body: Body = {
            "Name": name,
            "Category": "UTILITY",
            "Language": "en",
            "Components": [{"Type": "BODY", "Text": text}, {"Type": "BUTTONS", "Buttons": [button]}],
            "Example": {"name": "Ann"},
        }
        self.files[f"templates/{name}.yaml"] = to_yaml(body)
        self.marks[f"template/{name}@en"] = flow

    def no_template(self, name: str, *languages: str) -> None:
        """A tombstone."""
        gone = [{"Name": name, "Language": language, "templatesync": ABSENT} for language in languages]
        self.files[f"templates/{name}.yaml"] = "---\n".join(map(to_yaml, gone))
        self.marks |= {f"template/{name}@{language}": None for language in languages}

    def qr_code(self, name: str, message: str, code: str = "") -> None:
        """With `code` it is the one that is printed, which gets another message."""
        body: Body = {"kind": "qr_code", "PhoneNumber": PHONE, "PrefilledMessage": message, "GenerateQrImage": "PNG"}
        here: Body = {"QrdlCode": code, "templatesync": {"spaces": [SPACE]}} if code else {}
        self.files[f"qr_codes/{name}.yaml"] = to_yaml(body | here)
        self.marks[qr_code_key(PHONE, message)] = ""
        if code:
            self.called[qr_code_key(PHONE, message)] = f"qr_code/{PHONE}/{code}"

    def no_qr_code(self, name: str, message: str) -> None:
        """A tombstone."""
        body: Body = {"kind": "qr_code", "PhoneNumber": PHONE, "PrefilledMessage": message, "templatesync": ABSENT}
        self.files[f"qr_codes/{name}.yaml"] = to_yaml(body)
        self.marks[qr_code_key(PHONE, message)] = None

    def flow(self, name: str, edition: str, category: str, *, publish: bool = False) -> None:
        """With screens of its own."""
        asset = json.loads(ASSET)
        asset["screens"][0]["title"] = f"Edition {edition}"
        self.files[f"flows/{name}.json"] = json.dumps(asset)
        body: Body = {"kind": "flow", "FlowName": name, "Categories": [category], "Asset": f"flows/{name}.json"}
        self.files[f"flows/{name}.yaml"] = to_yaml(body | {"templatesync": {"publish": publish}})
        self.marks[flow_key(name)] = edition if category == "SURVEY" else category

    def no_flow(self, name: str) -> None:
        """A tombstone."""
        self.files[f"flows/{name}.yaml"] = to_yaml({"kind": "flow", "FlowName": name, "templatesync": ABSENT})
        self.files.pop(f"flows/{name}.json", None)
        self.marks[flow_key(name)] = None


QUESTION, PARCEL = "Hello, when are you open?", "Hello, where is my parcel?"


def base() -> Shop:
    """What there is before a round: little, for each run reads it all at the rates of the service."""
    shop = Shop()
    policy = {"on_approved": "modify", "max_changes": {"percent": 100}}
    shop.files["templatesync.yaml"] = to_yaml(
        {"version": 1, "spaces": {SPACE: {"cust_space_id": LOCAL}}, "policy": policy}
    )
    shop.template("note", "base", "base")
    shop.offer("news", "base", allowed=True)
    shop.flow("ask", "base", "SURVEY")
    shop.qr_code("question", QUESTION)
    shop.qr_code("parcel", PARCEL)
    return shop


def changed(before: Shop, printed: Mapping[str, str], dice: Random) -> Shop:
    """What a round makes of it: some edits, new things and tombstones. `printed`: codes by message."""
    shop = before.copy()
    mark = f"{dice.randrange(10**8):08}"

    def reword_question() -> None:
        message = f"Hello, question {mark}?"
        shop.qr_code("question", message, printed[QUESTION])
        del shop.marks[qr_code_key(PHONE, QUESTION)]

    old: dict[str, Callable[[], Any]] = {
        "edit both languages": lambda: shop.template("note", f"{mark}a", f"{mark}b"),
        "edit one language": lambda: shop.template("note", f"{mark}a", "base"),
        "edit an offer": lambda: shop.offer("news", mark, allowed=True),
        "switch off": lambda: shop.offer("news", "base", allowed=False),
        "delete a template": lambda: shop.no_template("news", "en"),
        "edit screens": lambda: shop.flow("ask", mark, "SURVEY"),
        "edit a category": lambda: shop.flow("ask", "base", "OTHER"),
        "delete a flow": lambda: shop.no_flow("ask"),
        "reword a code": reword_question,
        "delete a code": lambda: shop.no_qr_code("parcel", PARCEL),
    }
    new: dict[str, Callable[[], Any]] = {
        "new template": lambda: shop.template("fresh", f"{mark}c", f"{mark}d"),
        "new offer": lambda: shop.offer("sale", mark, allowed=False),
        "new code": lambda: shop.qr_code("new", f"Hello, new {mark}!"),
        "another code": lambda: shop.qr_code("newer", f"Hello, newer {mark}!"),
        "new flow": lambda: shop.flow("book", mark, "SURVEY", publish=dice.random() < 0.5),
        "new link": lambda: (shop.flow("join", mark, "SURVEY", publish=True), shop.link("class", "join")),
    }
    chosen = dice.sample(sorted(old), dice.randint(1, 3)) + dice.sample(sorted(new), dice.randint(1, 3))
    for name in chosen:
        (old.get(name) or new[name])()
    return shop
