"""Answers of any shape: what an emulator answered, bent out of its form, and a command that must bear it.

Bent is the form only: what is there is left out, wrapped, unwrapped, told twice, or of another type. A text in place of
another text would be a lie, which nobody can notice.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from support.beliefs import shop
from support.beliefs.story import HOUR, JSON, SMALL_PLOTS, Teller, Told, nothing
from support.beliefs.truth import truth
from support.beliefs.verdict import Law, Wanted, Wrong, wrongs
from support.emulated_project import Standing
from templatesync.documents.yaml_writer import to_yaml
from templatesync.emulator import HttpRequest, HttpResponse

Bend = Callable[[str, bytes], bytes]
"""The body of an answer to an operation, in another form."""

BREAKING = "--allow-breaking"
COMMANDS = {
    "bent plan": ("plan", "--detailed-exitcode", BREAKING),
    "bent plan of prune": ("plan", "--prune", "--detailed-exitcode", BREAKING),
    "bent apply": ("apply", "--yes", BREAKING),
    "bent apply of prune": ("apply", "--yes", "--prune", BREAKING),
    "bent status": ("status", "--exit-code"),
    "bent outputs": ("outputs",),
    "import": ("import",),
    "doctor": ("doctor",),
}


class Case(NamedTuple):
    """Everything that follows from a seed."""

    command: str
    operation: str
    """Whose answers are bent; empty for those of all."""
    first: int
    """The first answer that is bent, of those that count."""
    only: bool
    """Whether it is the only one."""
    random: bool
    """Whether an answer is replaced by any JSON, or is the real one bent."""
    seed: int


OPERATIONS = (
    "QueryChatappBindWaba",
    "QueryChatappPhoneNumbers",
    "ListChatappTemplate",
    "GetChatappTemplateDetail",
    "CreateChatappTemplate",
    "ModifyChatappTemplate",
    "ModifyChatappTemplateProperties",
    "DeleteChatappTemplate",
    "ListFlow",
    "GetFlow",
    "GetFlowJSONAssest",
    "CreateFlow",
    "ModifyFlow",
    "UpdateFlowJSONAsset",
    "PublishFlow",
    "ListPhoneMessageQrdl",
    "CreatePhoneMessageQrdl",
    "UpdatePhoneMessageQrdl",
    "DeletePhoneMessageQrdl",
    "GetChatappUploadAuthorization",
    "",
)


def case(seed: int) -> Case:
    """The case of a seed."""
    dice = Random(seed)
    command = dice.choice([*COMMANDS, "bent apply", "bent apply", "bent plan"])
    return Case(command, dice.choice(OPERATIONS), dice.randrange(3), dice.random() < 0.5, dice.random() < 0.3, seed)


# --- bending ----------------------------------------------------------------------------------------------------------


def any_json(dice: Random, depth: int = 3) -> Any:
    """Any JSON at all."""
    if depth and dice.random() < 0.6:
        names = ("Code", "Data", "Success", "ListTemplate", "Total", "TemplateCode", "Language", "x", "")
        inner = range(dice.randrange(4))
        if dice.random() < 0.6:
            return {dice.choice(names): any_json(dice, depth - 1) for _ in inner}
        return [any_json(dice, depth - 1) for _ in inner]
    return dice.choice([None, True, False, 0, -1, 1.5, 10**30, "", "OK", "null", "[]", "{}", "\u0000", "x" * 2000])


def bent(value: Any, dice: Random) -> Any:
    """The same JSON with one or two places of another form."""
    copy = json.loads(json.dumps(value))
    for _ in range(dice.choice((1, 1, 2))):
        places = list(_places(copy))
        if places:
            _bend(*dice.choice(places), dice)
    return copy


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place inside: what holds it, and the key. The words by which a refusal is told apart stay."""
    if isinstance(value, dict):
        for name in value:
            yield value, name
            yield from _places(value[name])
    elif isinstance(value, list):
        for number in range(len(value)):
            yield value, number
            yield from _places(value[number])


def _bend(holder: Any, key: Any, dice: Random) -> None:
    value = holder[key]
    names = ["other", "other", "wrap", "object", "deep"]
    if isinstance(value, (dict, list)):
        names += ["text", "null"]
    if isinstance(value, list) and value:
        names += ["twice"]
    if isinstance(holder, dict):
        names += ["leave out", "rename"]
    chosen = dice.choice(names)
    if chosen == "leave out":
        del holder[key]
    elif chosen == "rename":
        holder[f"x{key}"] = holder.pop(key)
    elif chosen == "twice":
        value.append(json.loads(json.dumps(value[-1])))
    else:
        holder[key] = _in_other_form(chosen, value, dice)


def _in_other_form(chosen: str, value: Any, dice: Random) -> Any:
    if chosen == "wrap":
        return [value]
    if chosen == "object":
        return {"x": value}
    if chosen == "text":
        return json.dumps(value)
    if chosen == "null":
        return None
    if chosen == "deep":
        for _ in range(60):
            value = [value]
        return value
    forms: list[Any] = [None, [], {}, [None], {"x": 1}, True]
    return dice.choice([form for form in forms if type(form) is not type(value)])


def bender(chosen: Case) -> Bend:
    """What a case makes of the answers, one after the other."""
    dice = Random(chosen.seed)
    seen = 0

    def bend(operation: str, body: bytes) -> bytes:
        nonlocal seen
        if chosen.operation and operation != chosen.operation:
            return body
        seen += 1
        if seen <= chosen.first or (chosen.only and seen > chosen.first + 1):
            return body
        if chosen.random:
            return json.dumps(any_json(dice)).encode()
        return json.dumps(bent(json.loads(body), dice)).encode()

    return bend


# --- a world to be copied ---------------------------------------------------------------------------------------------


class Prepared:
    """A project half way: some of it to be made, some changed, some to go, and the rest as it is."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.numbers = iter(range(10**9))
        self.teller = Teller(root / "prepared", SMALL_PLOTS[0])
        self.teller.world.settings(modify_approved="allow")
        nothing(self.teller)
        first, second = (self.teller.plot.chosen(files()) for files in (shop.first, shop.second))
        there = {**first, "templates/spring.yaml": to_yaml(shop.spring())}
        self.teller.want("first", there, {})
        assert self.teller.tell("before", "apply", "--yes", *JSON).code == 0
        self.teller.decide()
        self.teller.want("second", {**second, **self._new()}, {})
        self.teller.world.clock.sleep(2 * HOUR)
        self.usual, self.wanted = self._official()

    def _new(self) -> shop.Files:
        files = shop.first()
        asset = files["flows/book_class.json"]
        names = ("templates/visit.yaml", "qr_codes/two.yaml", "flows/book_class.yaml")
        return {name: files[name] for name in names} | {"flows/book_class.json": asset}

    def copy(self) -> Teller:
        """A copy of project and emulator, to be thrown away."""
        root = self.root / str(next(self.numbers))
        shutil.copytree(self.teller.world.root, root / "project")
        teller = Teller(root, self.teller.plot)
        teller.stage = "second"
        teller.world.clock.now = self.teller.world.clock.now
        teller.world.settings(modify_approved="allow")
        source, target = (each.world.emulator._state.store._db for each in (self.teller, teller))
        source.backup(target)
        return teller

    def drop(self, teller: Teller) -> None:
        """Throw a copy away."""
        teller.world.emulator.end()
        shutil.rmtree(teller.world.root.parent)

    def _official(self) -> tuple[dict[str, Told], Wanted]:
        """Each command with the official service, and what is there when all is done."""
        usual = {}
        for step, arguments in COMMANDS.items():
            teller = self.copy()
            usual[step] = run(teller, step, arguments)
            self.drop(teller)
        before = truth(self.teller.world.emulator).things
        after = usual["bent apply"].truth.things
        contents = {key: thing.content for key, thing in after.items() if "spring" not in key}
        return usual, Wanted(contents, frozenset(before.keys() - after.keys()))

    def tell(self, chosen: Case) -> list[Wrong]:
        """What is wrong in a case; then with what can be done when the service is as ever again."""
        teller = self.copy()
        before = Told("before", 0, None, "", "", truth(teller.world.emulator), "second", (), 0.0)
        _bend_all(teller.world.emulator, bender(chosen))
        usual = self.usual[chosen.command]
        told = run(teller, chosen.command, COMMANDS[chosen.command])
        found = [*wrongs(told, before, self.wanted, usual)]
        if "apply" in chosen.command and not found:
            found += self._mended(teller)
        self.drop(teller)
        return found

    def _mended(self, teller: Teller) -> Iterator[Wrong]:
        """When answers are as they should be again, two more runs do the rest."""
        del teller.world.emulator.handle
        for _ in range(2):
            teller.world.clock.sleep(2 * HOUR)
            teller.decide()
            told = run(teller, "later apply", COMMANDS["bent apply"])
            if not self.wanted.missing(told.truth):
                break
        if told.truth.doubles:
            yield Wrong(Law.ONCE, f"later: {told.truth.doubles[0]} is there twice")
        missing = self.wanted.missing(told.truth)
        if missing:
            yield Wrong(Law.HEALS, f"{missing[0]} is still not as wanted after two more runs")


def run(teller: Teller, step: str, arguments: tuple[str, ...]) -> Told:
    """One command; what is imported goes into a folder of its own."""
    root = teller.world.root
    if step == "import":
        root = root.parent / "imported"
        root.mkdir()
        (root / "templatesync.yaml").write_text(shop.project("modify"), encoding="utf-8")
    return teller.tell(step, *arguments, *JSON, root=root)


def _bend_all(emulator: Standing, bend: Bend) -> None:
    handle = emulator.handle

    def other(request: HttpRequest) -> HttpResponse:
        response = handle(request)
        operation = request.headers.get("x-acs-action", "")
        if not operation:
            return response
        body = bend(operation, response.body)
        return replace(response, body=body, headers={**response.headers, "content-length": str(len(body))})

    emulator.handle = other  # type: ignore[method-assign]
