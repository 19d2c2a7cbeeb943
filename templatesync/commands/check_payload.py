"""`check-payload`: whether requests to send give what templates ask for, from files alone. Quotes no value."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from templatesync.commands.contracts import contracts
from templatesync.documents import json_reader
from templatesync.documents.document import Document, Mark
from templatesync.documents.json_reader import JsonLimits
from templatesync.kinds import KINDS
from templatesync.model.errors import ExitCode, UsageError
from templatesync.model.finding import Finding, Position, Severity
from templatesync.model.json_value import Json
from templatesync.model.resource import Key
from templatesync.sending.check import Code, Problem, frame
from templatesync.sending.named import Catalogue, CodeFor, Offered
from templatesync.sending.request import SendRequest, requests
from templatesync.storage import git
from templatesync.storage.reading import read_file

STDIN = "-"
MOST_FILES = 10_000
MOST_TOLD = 2_000
"""Findings that a report has; all are counted. One wrong line of a program is wrong for each customer."""
LIMITS = JsonLimits(size=16 << 20, nodes=500_000)
"""A SendChatappMassMessage to a thousand customers has a twentieth of it."""
_HINTS: Mapping[Code, str] = {
    Code.VARIABLE_UNKNOWN: "take it out, or spell it as the text does",
    Code.VALUE_SPOILT: "put one blank in place of each run of line ends, tabs and blanks",
    Code.VALUE_LONG: "shorten the value, or the text that it goes into",
    Code.PAYLOAD_EXTRA: "one payload for each quick reply, in their order",
    Code.PAYLOAD_ORDER: "payloads are given by position: put them in the order of the quick replies",
    Code.FLOW_TOKEN: "any text by which you know the answer again",
}


@dataclass(frozen=True, slots=True)
class CheckPayloadResult:
    """What is wrong with requests: sorted by file and line, at most MOST_TOLD. `places` has each file as services know
    it that show reports: from the root of the repository."""

    findings: tuple[Finding, ...]
    files: int
    requests: int
    counts: Mapping[Severity, int]
    exit_code: ExitCode
    places: Mapping[str, str]

    @property
    def untold(self) -> int:
        """How many more findings there are."""
        return sum(self.counts.values()) - len(self.findings)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to have checked. `stdin` reads so many bytes of it."""

    paths: Sequence[str]
    stdin: Callable[[int], bytes]
    spaces: Sequence[str] = ()
    every: bool = False
    contract_file: Path | None = None
    codes_file: Path | None = None
    cache: Path | None = None


def check_payload(directory: Path, wish: Wish) -> CheckPayloadResult:
    """Hold all requests of files to the contracts of the project, or of a contract file.

    Raises UsageError where there is nothing to check, and what reading contracts may raise.
    """
    if not wish.paths:
        raise UsageError("nothing to check", hint="name files or folders with requests as JSON, or - for stdin")
    names, told = _names(wish.paths)
    known = contracts(directory, wish.spaces, wish.every, wish.contract_file, wish.cache)
    offered = [
        Offered(each.logical, each.name, member.version, member.contract)
        for each in known.sendables
        for _, member in sorted(each.members.items())
    ]
    catalogue = Catalogue(offered, _codes(wish.codes_file))
    count = 0
    for name in names:
        found, number = _file(name, wish, catalogue)
        told += found
        count += number
    return _result(told, names, count)


def _result(told: Sequence[Finding], names: Sequence[str], count: int) -> CheckPayloadResult:
    findings = sorted(dict.fromkeys(told), key=lambda each: (each.file, each.line, each.column, each.path, each.rule))
    counts = {each: sum(finding.severity is each for finding in findings) for each in Severity}
    shown = findings
    if len(findings) > MOST_TOLD:
        gravest = sorted(findings, key=lambda each: each.severity.rank)[:MOST_TOLD]
        keep = {id(each) for each in gravest}
        shown = [each for each in findings if id(each) in keep]
    code = ExitCode.FINDINGS if counts[Severity.ERROR] else ExitCode.OK
    places = {each: _in_repository(each) for each in dict.fromkeys(finding.file for finding in shown)}
    return CheckPayloadResult(tuple(shown), len(names), count, counts, code, places)


def _in_repository(name: str) -> str:
    if name == STDIN:
        return ""
    path = Path(name).absolute()
    path = path.parent.resolve() / path.name
    root = git.work_tree(path.parent)
    return path.relative_to(root).as_posix() if root is not None else Path(name).as_posix()


# --- files ------------------------------------------------------------------------------------------------------------


def _names(paths: Sequence[str]) -> tuple[list[str], list[Finding]]:
    """The files to read, each once, and what of folders is not read."""
    names: dict[str, None] = {}
    told: list[Finding] = []
    for path in paths:
        if path == STDIN or not Path(path).is_dir():
            if path != STDIN and not os.path.lexists(path):
                raise UsageError(f"there is no file {path}")
            names[path] = None
            continue
        before = len(told)
        inside = list(_inside(path.rstrip("/") or path, told))
        if not inside and len(told) == before:
            raise UsageError(f"nothing to check: there is no file *.json in {path}")
        names |= dict.fromkeys(inside)
        if len(names) > MOST_FILES:
            raise UsageError(f"{path} has more than {MOST_FILES:,} files", hint="check some of its folders at a time")
    return list(names), told


def _inside(folder: str, told: list[Finding]) -> Iterator[str]:
    """All *.json in a folder and those below it. Hidden folders are not entered, and links not followed."""
    if Path(folder).is_symlink():
        told.append(_unread(folder, "a symbolic link to a folder is not followed", "name the folder itself"))
        return

    def unreadable(error: OSError) -> None:
        told.append(_unread(str(error.filename), f"the folder cannot be read: {error.strerror}"))

    count = 0
    for at, folders, files in os.walk(folder, onerror=unreadable):
        links = [f"{at}/{name}" for name in folders if Path(at, name).is_symlink()]
        told += [_unread(link, "a symbolic link to a folder is not followed") for link in links]
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if name.lower().endswith(".json") and count <= MOST_FILES:
                count += 1
                yield f"{at}/{name}"


def _unread(file: str, message: str, hint: str = "") -> Finding:
    return Finding(Code.FILE, Severity.ERROR, message, file, hint=hint)


def _read(name: str, wish: Wish) -> bytes | Finding:
    return wish.stdin(LIMITS.size + 1) if name == STDIN else read_file(name, name, LIMITS.size)


def _file(name: str, wish: Wish, catalogue: Catalogue) -> tuple[list[Finding], int]:
    """What is wrong with the requests of one file, and how many it has."""
    data = _read(name, wish)
    if isinstance(data, Finding):
        return [_unread(name, data.message, data.hint)], 0
    loaded = json_reader.load(data, name, LIMITS, quoting=False)
    if not loaded.documents:
        return [
            Finding(Code.FILE, each.severity, each.message, name, each.line, each.column, hint=each.hint)
            for each in loaded.findings
        ], 0
    document = loaded.documents[0]
    found: dict[Finding, None] = {}
    count = 0
    for request in requests(document.data):
        count += 1
        found |= dict.fromkeys(_findings(document, request, catalogue))
    if not count:
        return [_unread(name, "there is no request in it")], 0
    return list(found), count


def _findings(document: Document, request: SendRequest, catalogue: Catalogue) -> Iterator[Finding]:
    judged = catalogue.judge(request)
    key = "" if judged.by is None else str(Key(_kind(), judged.by.version, judged.by.language))
    hint = ""
    if judged.by is not None and judged.others:
        hint = f"held to the version that it fits best, {judged.by.version}: {judged.by.contract.digest}"
    for problem in (*frame(request), *judged.names):
        yield _finding(document, problem, "", "")
    for problem in judged.problems:
        yield _finding(document, problem, key, hint or _HINTS.get(problem.code, ""))


def _kind() -> str:
    """The kind that has contracts."""
    return next(name for name in KINDS if KINDS[name].outputs.contract is not None)


def _finding(document: Document, problem: Problem, key: str, hint: str) -> Finding:
    at = place(document.mark, problem.pointer)
    return Finding(
        problem.code, problem.severity, problem.message, document.file, *at, key, path=problem.pointer, hint=hint
    )


def place(mark: Mark, pointer: str) -> Position:
    """Where a JSON pointer leads to, or as far as it does."""
    at = Position(mark[0], mark[1])
    for step in pointer.split("/")[1:]:
        inside = mark[2]
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(inside, dict) and name in inside:
            line, column, mark = inside[name]
        elif isinstance(inside, list) and name.isdecimal() and int(name) < len(inside):
            mark = inside[int(name)]
            line, column = mark[0], mark[1]
        else:
            break
        at = Position(line, column)
    return at


# --- codes ------------------------------------------------------------------------------------------------------------

_CODES_HINT = "make it with `templatesync outputs --format codes -o FILE`"


def _codes(path: Path | None) -> dict[str, list[CodeFor]]:
    """What each TemplateCode is for. Raises UsageError for a file that `outputs --format codes` has not written."""
    if path is None:
        return {}
    data = read_file(path, str(path), LIMITS.size)
    if isinstance(data, Finding):
        raise UsageError(f"{path}: {data.message}", hint=data.hint or _CODES_HINT)
    loaded = json_reader.load(data, str(path), LIMITS)
    if not loaded.documents:
        raise UsageError(f"{path} has no codes: {loaded.findings[0].message}", hint=_CODES_HINT)
    found: dict[str, list[CodeFor]] = {}
    for logical, languages in _mapping(path, loaded.documents[0].data).items():
        for language, digests in _mapping(path, languages).items():
            for digest, code in _mapping(path, digests).items():
                if not isinstance(code, str):
                    raise UsageError(f"{path} has no codes: {logical:.60} has something else", hint=_CODES_HINT)
                found.setdefault(code, []).append(CodeFor(logical, language, digest))
    return found


def _mapping(path: Path, value: Json) -> Mapping[str, Json]:
    if not isinstance(value, dict):
        raise UsageError(f"{path} has no codes by name, language and contract", hint=_CODES_HINT)
    return value
