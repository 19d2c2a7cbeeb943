"""`ci init`: the files of a pipeline, from the one source that is shipped, into the repository around a project.

Never overwrites a file, and knows no network. What the files do stands in them; here is only which values they need.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import templatesync
from templatesync.commands.prepare import open_project
from templatesync.model.errors import LocalError, UsageError
from templatesync.project import choosing
from templatesync.project.settings import DEFAULT_INCLUDE, FILE_NAME, Project, Space, meant
from templatesync.storage.git import Repository, work_tree
from templatesync.storage.reading import read_file
from templatesync.storage.writing import create_file

_PLACES: Mapping[str, Sequence[tuple[str, str]]] = {
    "github": (("actions/", ".github/actions/"), ("", ".github/workflows/")),
    "gitlab": (("gitlab-ci.yml", ".gitlab-ci.yml"), ("", ".gitlab/")),
}
"""By host: where in the repository goes what begins so in `pipelines/HOST/`. The first that fits counts."""
HOSTS = tuple(_PLACES)
_OWN = {".gitlab-ci.yml"}
"""Files that a repository may have of its own: they stay, and what to add to them is told."""
_VARIABLE: Mapping[str, str] = {"github": "${{ vars.%s }}", "gitlab": "$%s"}
"""By host: how a file speaks of a variable that is set there."""

_PLACEHOLDER = re.compile(r"@([A-Z_]+)@")
_LARGEST = 1 << 20
_USUAL = "production"
# What is written into a workflow is none of its language, and nothing that a shell or YAML would obey.
_NAME = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_.-]{0,63}")
_SPACES = re.compile(r"[A-Za-z0-9_.*?\[][A-Za-z0-9_.*?\[\]!-]{0,127}")
_PATH = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_./-]*")
_PACKAGE = re.compile(r"[A-Za-z0-9_./][A-Za-z0-9_.\[\],=<>!~+:/@#%&?-]{0,400}")
_PROVIDER = re.compile(r"acs:ram::[0-9]{5,20}:oidc-provider/[A-Za-z0-9_.-]{1,128}")
_ROLE = re.compile(r"acs:ram::[0-9]{5,20}:role/[A-Za-z0-9_.-]{1,64}")
_ORIGIN = re.compile(r"(?:https://|ssh://)?(?:[^/@]+@)?[A-Za-z0-9.-]+(?::[0-9]+)?[:/]([\w.-]+(?:/[\w.-]+)+)/?")


class Wish(NamedTuple):
    """What somebody asks of a pipeline; what is empty is found out, or becomes a variable of the host."""

    provider_arn: str = ""
    plan_role: str = ""
    apply_role: str = ""
    environment: str = ""
    package: str = ""


@dataclass(frozen=True, slots=True)
class CiInitResult:
    """What was written, and what was there already as it would be written; by path from the root of the repository.

    `space` is what `--space` is given. `folder` is where the project stands in the repository, `.` for its root, and
    `repository` how the host calls that, empty where nobody knows. `missing`: the project has no such space yet.
    `own`: what the repository has of its own and has to be added to by hand.
    """

    host: str
    written: tuple[str, ...]
    kept: tuple[str, ...]
    own: tuple[str, ...]
    space: str
    missing: bool
    environment: str
    folder: str
    branch: str
    repository: str
    wish: Wish
    secrets: tuple[str, ...]
    in_git: bool


class _Checkout(NamedTuple):
    """The repository around a project. Without git its root is the project's folder."""

    root: Path
    folder: str
    branch: str
    repository: str
    in_git: bool


def ci_init(
    directory: Path, spaces: Sequence[str], every: bool, host: str, wish: Wish, environment: Mapping[str, str]
) -> CiInitResult:
    """Write the files. Raises UsageError, before anything is written, for a value that cannot stand in a workflow and
    for a file that is there and is another one.
    """
    project = open_project(directory)
    space, chosen = _meant(project, spaces, every)
    checkout = _checkout(project.root, environment)
    wish = _checked(wish, space)
    secrets = tuple(sorted({each.isv_code_env for each in chosen if each.isv_code_env}))
    texts = files(host, _values(project, checkout, space, wish, host), _lists(project, checkout, secrets))
    there = [name for name in texts if os.path.lexists(checkout.root / name)]
    others = [name for name in there if not _same(checkout.root / name, name, texts[name])]
    own = [name for name in others if name in _OWN and not _leads_to(checkout.root / name, name, texts)]
    others = [name for name in others if name not in _OWN]
    if others:
        hint = "nothing was written; to take ours, commit, delete these, run this again, and look at `git diff`"
        raise UsageError(f"{', '.join(others)} {_are(others)} there already, with other content", hint=hint)
    for name, text in texts.items():
        if name not in there and not create_file(checkout.root, name, text):
            raise LocalError(f"{name} has just been made by somebody else; run this again")
    written = tuple(name for name in texts if name not in there)
    return CiInitResult(
        host,
        written,
        tuple(name for name in there if _same(checkout.root / name, name, texts[name])),
        tuple(own),
        space,
        not chosen,
        wish.environment,
        checkout.folder,
        checkout.branch,
        checkout.repository,
        wish,
        secrets,
        checkout.in_git,
    )


def files(host: str, values: Mapping[str, str], lists: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The files of a pipeline, by path from the root of the repository.

    A `@NAME@` of theirs becomes the value of that name. A line with the name of a list is there once for each of its
    items.
    """
    source = Path(__file__).parent.parent / "pipelines" / host
    texts = {}
    for path in sorted(path for path in source.rglob("*") if path.is_file()):
        name = path.relative_to(source).as_posix()
        before, after = next(place for place in _PLACES[host] if name.startswith(place[0]))
        texts[after + name.removeprefix(before)] = filled(path.read_text(encoding="utf-8"), values, lists)
    return texts


def filled(text: str, values: Mapping[str, str], lists: Mapping[str, Sequence[str]]) -> str:
    """A text with its placeholders filled. What stands in a value is no placeholder."""

    made = []
    for line in text.splitlines(keepends=True):
        listed = next((name for name in _PLACEHOLDER.findall(line) if name in lists), "")
        made += [_line(line, {**values, listed: item}) for item in (lists[listed] if listed else ("",))]
    return "".join(made)


def _line(line: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: values[found[1]], line)


def examples() -> dict[str, str]:
    """The files of this repository that show what is written, by path: with the defaults, for the space `production`.

    `action.yml` at its root is the action for those who want no copy of it.
    """
    wish = _checked(Wish(), _USUAL)
    lists = {"PATHS": _tops(DEFAULT_INCLUDE), "SECRETS": ()}
    found: dict[str, str] = {}
    for host in HOSTS:
        known = values(host=host, space=_USUAL, wish=wish, emulator="local")
        found |= {f"examples/ci/{host}/{name}": text for name, text in files(host, known, lists).items()}
    known = values(host="github", space=_USUAL, wish=wish, emulator="local")
    scripts = "pipelines/github/actions/templatesync"
    source = (Path(__file__).parent.parent / scripts / "action.yml").read_text(encoding="utf-8")
    known["SCRIPTS"] = f"$GITHUB_ACTION_PATH/templatesync/{scripts}"
    return found | {"action.yml": filled(source, known, lists)}


def _meant(project: Project, names: Sequence[str], every: bool) -> tuple[str, tuple[Space, ...]]:
    """What `--space` of the pipeline is given, and the spaces that it means now; none when the project has none yet."""
    real = tuple(space for space in project.spaces if space.emulator is None)
    if names and every:
        raise UsageError("--space and --all-spaces exclude each other")
    if len(names) > 1:
        raise UsageError(
            "a pipeline is for one --space", hint=f"make a group of several in {FILE_NAME}, or give a pattern"
        )
    if every:
        return "*", real
    if names:
        chosen = choosing.named(project, names)
        if emulator := next((space.name for space in chosen if space.emulator is not None), ""):
            raise UsageError(f"{emulator} is an emulator: there is nothing to apply to on merge")
        return names[0], chosen
    usual = [space for space in real if len(real) == 1 or space.name == _USUAL]
    if not usual and real:
        hint = f"name one with --space, a group of them or a pattern; {meant('', [space.name for space in real])}"
        raise UsageError(f"the project has several spaces, and none is called {_USUAL}", hint=hint)
    return (usual[0].name if usual else _USUAL), tuple(usual)


def _checked(wish: Wish, space: str) -> Wish:
    """The wish with what goes without saying. Raises UsageError for what does not fit."""
    fits = {
        "--space": (space, _SPACES, "a name, a group or a pattern of names"),
        "--provider-arn": (wish.provider_arn, _PROVIDER, "such as acs:ram::1234567890123456:oidc-provider/GitHub"),
        "--plan-role": (wish.plan_role, _ROLE, "such as acs:ram::1234567890123456:role/templatesync-plan"),
        "--apply-role": (wish.apply_role, _ROLE, "such as acs:ram::1234567890123456:role/templatesync-apply"),
        "--environment": (wish.environment, _NAME, "letters, digits, dots, dashes and underscores, at most 64"),
        "--package": (wish.package, _PACKAGE, "what pip installs, such as templatesync==0.2.0, without blanks"),
    }
    for option, (value, pattern, form) in fits.items():
        if value and not pattern.fullmatch(value):
            raise UsageError(f"{option} cannot be {value[:80]!r}", hint=form)
    name = wish.environment or ("all" if space == "*" else space)
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{space} is a pattern: how is its environment to be called?", hint="say it with --environment NAME"
        )
    return wish._replace(environment=name, package=wish.package or f"templatesync=={templatesync.__version__}")


def _checkout(root: Path, environment: Mapping[str, str]) -> _Checkout:
    """Where the files go, and what git says of the place."""
    top = work_tree(root)
    if top is None:
        return _Checkout(root, ".", "main", "", False)
    try:
        repository = Repository(root, environment)
        branch, origin = repository.default_branch() or "main", repository.origin()
    except UsageError:  # no git, or none that trusts the owner of the folder: nothing is lost but two names
        branch, origin = "main", ""
    folder = root.relative_to(top).as_posix()
    for what, value in (("the default branch", branch), ("the folder of the project", folder)):
        if not _PATH.fullmatch(value):
            raise UsageError(
                f"{what} is called {value[:80]!r}, which cannot be written into a workflow",
                hint="letters, digits, dots, dashes and underscores can",
            )
    found = _ORIGIN.fullmatch(origin)
    return _Checkout(top, folder, branch, found[1].removesuffix(".git") if found and found[1].isascii() else "", True)


def _values(project: Project, checkout: _Checkout, space: str, wish: Wish, host: str) -> dict[str, str]:
    return values(
        host=host,
        space=space,
        wish=wish,
        folder=checkout.folder,
        branch=checkout.branch,
        emulator=next((each.name for each in project.spaces if each.emulator is not None), ""),
    )


def values(
    *, host: str, space: str, wish: Wish, folder: str = ".", branch: str = "main", emulator: str = ""
) -> dict[str, str]:
    """What stands in the places of a pipeline's files."""
    variable = _VARIABLE[host]
    return {
        "SPACE": space,
        "ENVIRONMENT": wish.environment,
        "PACKAGE": wish.package,
        "PROJECT": folder,
        "BRANCH": branch,
        "EMULATOR": emulator,
        "PROVIDER_ARN": wish.provider_arn or variable % "TEMPLATESYNC_PROVIDER_ARN",
        "PLAN_ROLE": wish.plan_role or variable % "TEMPLATESYNC_PLAN_ROLE",
        "APPLY_ROLE": wish.apply_role or variable % "TEMPLATESYNC_APPLY_ROLE",
        "SCRIPTS": "$GITHUB_ACTION_PATH",
    }


def _lists(project: Project, checkout: _Checkout, secrets: Sequence[str]) -> dict[str, Sequence[str]]:
    return {"PATHS": _paths(project, checkout.folder), "SECRETS": secrets}


def _paths(project: Project, folder: str) -> Sequence[str]:
    """Patterns of the files that a change of which concerns the pipeline, as workflows write them."""
    if folder != ".":
        return (f"{folder}/**",)
    return _tops(project.include)


def _tops(include: Sequence[str]) -> Sequence[str]:
    tops = dict.fromkeys(f"{each.split('/')[0]}/**" if "/" in each else each for each in include)
    if not all(re.fullmatch(r"[A-Za-z0-9_.-]+(?:/\*\*)?", each) for each in tops):
        return ("**",)
    return (FILE_NAME, *tops, "media/**")


def _same(path: Path, name: str, text: str) -> bool:
    """Whether a file is as it would be written, however a checkout writes ends of lines."""
    data = read_file(path, name, _LARGEST)
    return isinstance(data, bytes) and data.replace(b"\r\n", b"\n") == text.encode()


def _leads_to(path: Path, name: str, texts: Mapping[str, str]) -> bool:
    """Whether a file of somebody's own names another file of the pipeline already, as an include of it does."""
    data = read_file(path, name, _LARGEST)
    return isinstance(data, bytes) and any(each.encode() in data for each in texts if each != name)


def _are(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"
