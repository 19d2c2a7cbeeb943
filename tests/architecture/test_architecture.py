"""What import-linter does not see: one user for a package, words the engine does not know, start-up, short modules.

What may import what stands in pyproject.toml.
"""

from __future__ import annotations

import ast
import io
import os
import re
import subprocess
import sys
import tokenize
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from support.projects import GOOD, PROJECT

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "templatesync"
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}


_LOADERS = ("subprocess", "importlib", "pickle", "marshal", "shelve", "runpy", "multiprocessing")


@cache
def imports(path: Path, *, typing: bool = False) -> set[str]:
    """Full names of all that a module imports, wherever; those for type checkers only when asked."""
    found: set[str] = set()
    for node in _outside_typing(ast.parse(path.read_text(encoding="utf-8"))) if not typing else _all(path):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _all(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def _outside_typing(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _outside_typing(child)


def users(package: str) -> set[str]:
    """The modules of ours that import a package."""
    return {
        name
        for name, path in MODULES.items()
        if any(each == package or each.startswith(f"{package}.") for each in imports(path, typing=True))
    }


def room(*names: str) -> list[str]:
    """The modules of some packages of ours."""
    return [name for name in MODULES if any(f"{name}.".startswith(f"templatesync.{each}.") for each in names)]


@pytest.mark.parametrize(
    ("package", "where"),
    [
        ("deepdiff", r"templatesync\.planning\.diff"),
        ("jsonschema", r"templatesync\.schema\.messages"),
        ("jsonschema_rs", r"templatesync\.schema\.gate"),
        ("referencing", r"templatesync\.schema\.messages"),
        ("sqlite3", r"templatesync\.emulator\..*"),
        ("tomllib", r"templatesync\.validation\.pages"),
        ("templatesync.validation.pages", r"templatesync\.(commands\.rules|render\..*)"),
    ],
)
def test_a_package_has_one_user(package: str, where: str) -> None:
    found = users(package)
    assert found, f"nobody uses {package}; take it out of here"
    assert {name for name in found if not re.fullmatch(where, name)} == set()


ENGINE = ("planning", "applying", "service.driver", "commands", "render", "project.references", "project.expansion",
          "validation.file")  # fmt: skip
# What kinds, and what their resources, are called; and how the service calls the states that one of them has.
WORDS = r"\b(template|qr_code|flow|template_code|qrdl_code|flow_id|auditing|unaudit|category_drift)\b"


def words_of_kinds(path: Path) -> Iterator[tuple[int, str]]:
    """Line and word wherever a module, but for docstrings and comments, speaks of one kind."""
    docstrings = {
        (node.lineno, node.col_offset)
        for node in _all(path)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    }
    for token in tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline):
        # `Flow` alone is what `kinds.base` calls a generator of requests.
        named = token.start not in docstrings and token.type != tokenize.COMMENT and token.string != "Flow"
        if named:
            yield from ((token.start[0], word) for word in re.findall(WORDS, token.string, re.IGNORECASE))


# The document of a plan writes `template_code`, which is a promise.
@pytest.mark.parametrize("module", [name for name in room(*ENGINE) if name != "templatesync.planning.document"])
def test_the_engine_knows_no_kind_by_name(module: str) -> None:
    path = MODULES[module]
    # What is in Meta's own form is templates and nothing else.
    exempt = {
        line
        for node in _all(path)
        if isinstance(node, ast.FunctionDef)
        and (module, node.name) == ("templatesync.commands.import_meta", "import_meta")
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    assert [(line, word) for line, word in words_of_kinds(path) if line not in exempt] == []


_LATE = ("difflib", "jsonschema", "multiprocessing", "referencing", "tempfile", "templatesync.schema.messages",
         "templatesync.media.inspect", "templatesync.planning.plan", "templatesync.render.plan")  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "late"),
    [
        (["--no-cache"], _LATE),
        ([], (*_LATE, "templatesync.kinds.template", "templatesync.kinds.flow")),  # known from the run before
    ],
)
def test_a_valid_template_needs_nothing_that_explains_writes_or_plans(
    tmp_path: Path, arguments: list[str], late: tuple[str, ...]
) -> None:
    (tmp_path / "shop" / "templates").mkdir(parents=True)
    (tmp_path / "shop" / "templatesync.yaml").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "shop" / "templates" / "shop_hello.yaml").write_text(GOOD, encoding="utf-8")
    code = (
        "import sys; from templatesync.cli import run; code = run(['validate', *sys.argv[1:]]);"
        f"print(code, sorted(set({late}) & sys.modules.keys()))"
    )
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            capture_output=True,
            text=True,
            cwd=tmp_path / "shop",
            env={**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")},
        )
    assert done.stdout.splitlines()[-1:] == ["0 []"], done.stdout + done.stderr


def test_neither_start_nor_end_look_for_garbage(tmp_path: Path) -> None:
    (tmp_path / "templatesync.yaml").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "shop_hello.yaml").write_text(GOOD, encoding="utf-8")
    code = (
        "import atexit, gc; from templatesync.__main__ import main;"
        "before = sum(each['collections'] for each in gc.get_stats());"
        "looked = lambda: sum(each['collections'] for each in gc.get_stats()) - before;"
        "atexit.register(lambda: print(looked(), gc.get_freeze_count() > len(gc.get_objects()))); main()"
    )
    command = [sys.executable, "-c", code, "validate", "--no-cache"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, done.stdout.splitlines()[-1], done.stderr) == (0, "0 True", "")


@pytest.mark.parametrize("name", MODULES)
def test_a_module_is_short_and_says_what_it_is_for(name: str) -> None:
    text = MODULES[name].read_text(encoding="utf-8")
    docstring = ast.get_docstring(ast.parse(text)) or ""
    assert docstring.split("\n")[0].endswith((".", ":"))
    assert text.count("\n") < 400


def test_only_the_command_line_prints() -> None:
    printing = {
        name
        for name, path in MODULES.items()
        for node in _all(path)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("print", "click.echo", "sys.stdout.write")
    }
    assert {name for name in printing if not name.startswith("templatesync.cli")} == set()


def test_nothing_runs_programs_or_loads_code() -> None:
    """No plugin, no template engine, no program that a project could name."""
    loading = {(name, package) for package in _LOADERS for name in users(package)}
    # One literal package, of the official SDK, when its user has installed it; tables of what is shipped.
    known = {
        "templatesync.service.credentials.official",
        "templatesync.render.formats",
        "templatesync.kinds",
    }
    known_uses = {(name, "importlib") for name in known}
    # Judging many files is spread over copies of this very process.
    known_uses.add(("templatesync.validation.check", "multiprocessing"))
    # git, for `--changed-since`: from outside the repository, and with nothing of its settings that runs programs.
    known_uses.add(("templatesync.storage.git", "subprocess"))
    assert loading - known_uses == set()


def test_the_schemas_are_shipped() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["force-include"] == {"schemas": "templatesync/schemas"}
    assert {"deepdiff>=8.6.2", "pyyaml>=6.0.1"} <= set(project["project"]["dependencies"])
