"""Generated files before the type checkers of those who use them; calls that no longer fit are found by all."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.any_names import templates
from support.contract.recorder import recording
from support.contract.sdk import NODE_MODULES, node_driver
from support.sender_calls import EVERYTHING, VALUES, any_values, is_on_the_wire, right_values
from support.sender_checkers import FLAGS, PATIENCE, mypy, pyright, ran, tsc
from support.senders import codes_of, is_refused, python_of, sendable, typescript_of
from support.sending_shapes import Card, Shape

from templatesync.commands.contracts import contracts
from templatesync.project.chains import Sendable
from templatesync.render.identifiers import camel

CHECKERS = Path(os.environ["TEMPLATESYNC_TYPE_CHECKERS"])
EXAMPLES = Path(__file__).parents[2] / "examples"
SHAPES = [
    Shape(body=("name", "order")),
    Shape(body=("name",), replies=("Yes", "No")),
    Shape(header="IMAGE", end="a"),
    Shape(address="a", body=("a",)),
    Shape(screen="DATE"),
    Shape(products="MPM"),
    Shape(products="CATALOG", expires=True),
    Shape(code=True),
    Shape(cards=(Card(("Yes", "No"), "$(a)"), Card(("Yes", "No"), "$(name)"))),
]
HARMLESS = [
    (Shape(body=("name",)), Shape(body=("name",), words="Dear customer, hello")),
    (Shape(body=("name", "order")), Shape(body=("order", "name"))),
    (Shape(replies=("Yes", "No")), Shape(replies=("No", "Yes"))),
    (Shape(replies=("Yes",)), Shape(replies=("Yes", "No"))),
]
BREAKING = [
    (Shape(body=("name", "order")), Shape(body=("customer", "order"))),
    (Shape(body=("name", "order")), Shape(body=("name",))),
    (Shape(body=("name",)), Shape(body=("name", "order"))),
    (Shape(replies=("Yes", "No")), Shape(replies=("No",))),
    (Shape(replies=("Yes", "No")), Shape(replies=("Yes", "Later"))),
    (Shape(), Shape(screen="DATE")),
    (Shape(), Shape(products="CATALOG")),
    (Shape(products="CATALOG"), Shape(products="MPM")),
    (Shape(code=True), Shape()),
    (Shape(), Shape(code=True)),
    (Shape(cards=(Card(("Buy",)), Card(("Buy",)))), Shape(cards=(Card(("Buy",)),))),
]
"""Old and new, where an old call has an argument too many or too few. What else breaks changes the file."""


@pytest.fixture(scope="module", params=["examples", "names"])
def sendables(request: pytest.FixtureRequest) -> tuple[Sendable, ...]:
    """Every template of the examples; and 5,000 names of variables and of labels."""
    return contracts(EXAMPLES).sendables if request.param == "examples" else tuple(templates(5_000))


def test_python_checkers_find_nothing(sendables: tuple[Sendable, ...], tmp_path: Path) -> None:
    file = tmp_path / "senders.py"
    file.write_text(python_of(*sendables), encoding="utf-8")
    assert mypy(file) == []
    assert pyright(CHECKERS, file) == []
    ruff = (sys.executable, "-m", "ruff")
    said = ran(*ruff, "check", "--isolated", "--ignore-noqa", "--no-cache", file, cwd=tmp_path)
    assert said == "All checks passed!\n"
    assert ran(*ruff, "format", "--isolated", "--check", "--no-cache", file, cwd=tmp_path).startswith("1 file already")


@pytest.mark.parametrize("flags", [(), FLAGS], ids=["strict", "stricter"])
def test_tsc_finds_nothing(sendables: tuple[Sendable, ...], flags: tuple[str, ...], tmp_path: Path) -> None:
    file = tmp_path / "senders.ts"
    file.write_text(typescript_of(*sendables), encoding="utf-8")
    # ES5, which tsc takes without a target, has no letters beyond the first plane in names.
    newer = () if file.read_text(encoding="utf-8").isascii() else ("--target", "es2015")
    assert tsc(CHECKERS, file, *flags, *newer) == []


def replies(shape: Shape) -> list[str]:
    """Parameters of quick replies."""
    on_cards = [f"card_{at}_on_{label.lower()}" for at, card in enumerate(shape.cards, 1) for label in card.replies]
    return [*(f"on_{label.lower()}" for label in shape.replies), *on_cards]


def old_arguments(shape: Shape) -> dict[str, str]:
    """What a program gives that was written for a template of that shape, as code that Python and TypeScript share."""
    values = right_values(shape.contract()) | {f"on_{label.lower()}": "yes" for label in shape.replies}
    values |= {
        f"card_{at}_on_{label.lower()}": "yes" for at, card in enumerate(shape.cards, 1) for label in card.replies
    }
    values.pop("sections", None)
    return {name: json.dumps(value) for name, value in values.items()}


def call_sites(written: str) -> tuple[str, list[Sendable], list[int]]:
    """A program with a call a line, for templates that have changed since; they, and the lines that no longer fit."""
    head = "import senders" if written == "python" else 'import * as senders from "./senders";'
    first = "codes: senders.Codes = {}" if written == "python" else "const codes: senders.Codes = {};"
    lines, made, wrong = [head, first], [], []
    for at, (old, new) in enumerate([*HARMLESS, *BREAKING]):
        name = f"shop_{at}"
        made.append(sendable(name, en=new.contract()))
        given = old_arguments(old)
        if written == "python":
            arguments = ", ".join(["codes=codes", 'language="en"', *(f"{key}={value}" for key, value in given.items())])
            lines.append(f"senders.{name}({arguments})")
        else:
            arguments = ", ".join(
                ["codes", 'language: "en"', *(f"{camel(key)}: {value}" for key, value in given.items())]
            )
            lines.append(f"senders.{camel(name)}({{ {arguments} }});")
        wrong += [len(lines)] if at >= len(HARMLESS) else []
    return "\n".join(lines) + "\n", made, wrong


def test_old_calls_no_longer_fit_python(tmp_path: Path) -> None:
    text, made, wrong = call_sites("python")
    (tmp_path / "senders.py").write_text(python_of(*made), encoding="utf-8")
    (tmp_path / "program.py").write_text(text)
    assert mypy(tmp_path / "program.py") == wrong
    assert pyright(CHECKERS, tmp_path / "program.py") == wrong


def test_old_calls_no_longer_fit_typescript(tmp_path: Path) -> None:
    text, made, wrong = call_sites("typescript")
    (tmp_path / "senders.ts").write_text(typescript_of(*made), encoding="utf-8")
    (tmp_path / "program.ts").write_text(text)
    assert tsc(CHECKERS, tmp_path / "program.ts") == wrong


def compiled(text: str, folder: Path) -> Path:
    """TypeScript as JavaScript that node can load."""
    (folder / "senders.ts").write_text(text, encoding="utf-8")
    program = CHECKERS / "node_modules/.bin/tsc"
    assert ran(program, "--strict", "--target", "es2020", "--module", "commonjs", "senders.ts", cwd=folder) == ""
    return folder / "senders.js"


def in_typescript(values: dict[str, Any]) -> dict[str, Any]:
    """Arguments as TypeScript names them; an object of JavaScript keeps no order of its keys."""
    given = {camel(name): value for name, value in values.items() if name != "sections"}
    if "sections" in values:
        given["sections"] = [{"title": key, "products": each} for key, each in values["sections"].items()]
    return given


def node() -> str:
    """The program; without it there is nothing to test here."""
    program = shutil.which("node")
    assert program
    return program


def test_the_node_sdk_sends_what_a_generated_function_was_given(tmp_path: Path) -> None:
    source = compiled(typescript_of(EVERYTHING), tmp_path)
    assert NODE_MODULES.is_dir()
    with recording() as recorder, node_driver(node()) as driver:
        outcome = driver.order(
            "call",
            endpoint=recorder.url.removeprefix("http://"),
            key="a",
            secret="b",
            token="",
            action="SendChatappMessage",
            source=str(source),
            function="orderUpdate",
            params=in_typescript(VALUES),
            more={"from": "8613800000000", "to": "6590000000"},
        )
        assert outcome.get("status") == 200, outcome
        is_on_the_wire(recorder.take())


CASES = """
const { readFileSync } = require("node:fs");
const senders = require("./senders.js");
const found = JSON.parse(readFileSync(0, "utf-8")).map(([name, given]) => {
  const sent = senders[name]({ ...given, check: false });
  try {
    return [senders[name](given), null];
  } catch (error) {
    return [sent, error instanceof RangeError ? error.message : `${error}`];
  }
});
console.log(JSON.stringify(found));
"""


def test_typescript_refuses_what_the_judge_refuses_and_nothing_else(tmp_path: Path) -> None:
    made = [sendable(f"shop_{at}", en=shape.contract()) for at, shape in enumerate(SHAPES)]
    compiled(typescript_of(*made), tmp_path)
    (tmp_path / "cases.js").write_text(CASES)
    dice = random.Random(7)
    cases: list[tuple[int, dict[str, Any]]] = []
    for at, shape in enumerate(SHAPES):
        names = [*right_values(shape.contract()), *(f"on_{label.lower()}" for label in shape.replies)]
        names += [
            f"card_{card}_on_{label.lower()}" for card, each in enumerate(shape.cards, 1) for label in each.replies
        ]
        names += ["more"] if shape.header == "IMAGE" or shape.expires else []
        cases += [(at, any_values(shape.contract(), names, dice)) for _ in range(400)]
    codes = {"language": "en", "codes": codes_of(*made)}
    asked = [(f"shop{at}", in_typescript(values) | codes) for at, values in cases]
    ended = subprocess.run(
        [node(), "cases.js"], cwd=tmp_path, input=json.dumps(asked), capture_output=True, text=True, timeout=PATIENCE
    )
    assert ended.returncode == 0, ended.stderr
    wrong = 0
    for (at, values), (sent, said) in zip(cases, json.loads(ended.stdout), strict=True):
        refused = is_refused(SHAPES[at].contract(), sent)
        assert (said is not None) == refused, (SHAPES[at], values, said)
        assert said is None or said.startswith(f"shop_{at}@en: "), said
        wrong += refused
    assert 500 < wrong < len(cases) - 500


SDK = """\
export class SendChatappMessageRequest { constructor(readonly map: { [name: string]: unknown }) {} }
"""
NODE = """\
declare module "node:fs" { export function readFileSync(path: string, encoding: "utf-8"): string; }
declare const console: { error(text: string): void };
"""


def recipe(name: str, language: str) -> list[str]:
    """Blocks of code of a page of docs/recipes."""
    text = (EXAMPLES.parent / "docs" / "recipes" / name).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def test_the_recipe_for_typescript_compiles(tmp_path: Path) -> None:
    (code,) = recipe("senders-typescript.md", "typescript")
    (tmp_path / "senders.ts").write_text(typescript_of(*contracts(EXAMPLES).sendables), encoding="utf-8")
    (tmp_path / "sdk.ts").write_text(SDK)
    (tmp_path / "node.d.ts").write_text(NODE)
    code = '/// <reference path="./node.d.ts" />\n' + code.replace("@alicloud/cams20200606", "./sdk")
    (tmp_path / "program.ts").write_text(code)
    assert tsc(CHECKERS, tmp_path / "program.ts", "--target", "es2020", "--lib", "es2020") == []


MAIN = """\
import java.util.Map;
class Main {
    public static void main(String[] given) {
        Map<String, Map<String, Map<String, String>>> codes =
            Map.of(OrderConfirmed.NAME, Map.of("en", Map.of("DIGEST_EN", "1004")));
        System.out.println(OrderConfirmed.code(codes, "en") + OrderConfirmed.params("Ann", "1", "2"));
        try {
            OrderConfirmed.code(codes, "id");
        } catch (IllegalStateException error) {
            System.out.println(error.getMessage());
        }
        try {
            OrderConfirmed.params("a\\nb", "1", "2");
        } catch (IllegalArgumentException error) {
            System.out.println("refused");
        }
    }
}
"""


@pytest.mark.skipif(shutil.which("javac") is None, reason="there is no javac here")
def test_the_recipe_for_java_runs(tmp_path: Path) -> None:
    (tmp_path / "OrderConfirmed.java").write_text(recipe("senders-java.md", "java")[0])
    (tmp_path / "Main.java").write_text(MAIN)
    assert ran("javac", "OrderConfirmed.java", "Main.java", cwd=tmp_path) == ""
    assert ran("java", "-cp", ".", "Main", cwd=tmp_path).splitlines() == [
        "1004{name=Ann, order=1, total=2}",
        "shop_order_confirmed@id: this code wants DIGEST_ID; live are []",
        "refused",
    ]
