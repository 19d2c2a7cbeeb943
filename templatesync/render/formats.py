"""Which formats a result can be shown in: one table for choices, dispatch and encoding. Shows nothing itself.

A new format is a file in this folder and a line here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from templatesync.render.terminal import Style


def _json_in_ascii(text: str) -> str:
    """A reader of JSON expects UTF-8, whatever the locale of the writer."""
    import json
    import re

    return re.sub(r"[^\x00-\x7f]+", lambda match: json.dumps(match[0])[1:-1], text)


def _xml_in_ascii(text: str) -> str:
    """For the same reason. No name of ours in it is other than ASCII."""
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _code_in_ascii(text: str) -> str:
    """Source code is UTF-8, too, and the same bytes wherever it is made: it has no other form in ASCII."""
    from templatesync.model.errors import UsageError

    if not text.isascii():
        hint = "write it to a file with -o FILE, or set PYTHONIOENCODING=utf-8"
        raise UsageError("this code is UTF-8, and stdout has another encoding", hint=hint)
    return text


# A named tuple, for every command is defined with this table: a frozen dataclass takes ten times as long to define.
class Format(NamedTuple):
    """How one command's result becomes text. `function` is `module.function` of this package, imported when used.

    `ascii` writes the same in ASCII alone, for a stdout that is not UTF-8, or raises UsageError; None where a person
    reads it. `files` says
    that it shows what files say, and nothing live.
    """

    function: str
    ascii: Callable[[str], str] | None = None
    files: bool = False

    def __call__(self, result: Any, style: Style) -> str:
        """The text."""
        module, _, function = self.function.partition(".")
        text: str = getattr(import_module(f"templatesync.render.{module}"), function)(result, style)
        return text


_VERSIONS: Mapping[str, Format] = {
    "text": Format("versions.text"),
    "json": Format("versions.json", _json_in_ascii),
}
# By command, the default first.
FORMATS: Mapping[str, Mapping[str, Format]] = {
    "validate": {
        "text": Format("finding.validate"),
        "json": Format("json_.validate", _json_in_ascii),
        "github": Format("github.validate"),
        "gitlab": Format("gitlab.validate", _json_in_ascii),
        "sarif": Format("sarif.validate", _json_in_ascii),
        "junit": Format("junit.validate", _xml_in_ascii),
        "markdown": Format("validate_markdown.validate"),
    },
    "fmt": {"text": Format("fmt.text"), "json": Format("fmt.json", _json_in_ascii)},
    "plan": {
        "text": Format("plan.text"),
        "json": Format("json_.plan", _json_in_ascii),
        "markdown": Format("plan_markdown.plan"),
        "github": Format("plan_github.plan"),
        "html": Format("plan_html.plan", _xml_in_ascii),
    },
    "apply": {
        "text": Format("apply.text"),
        "json": Format("json_.apply", _json_in_ascii),
        "markdown": Format("apply_markdown.apply"),
    },
    "import": {"text": Format("import_.text"), "json": Format("json_.import_", _json_in_ascii)},
    "import --update": {"text": Format("update.text"), "json": Format("update.json", _json_in_ascii)},
    "status": {
        "text": Format("status.text"),
        "json": Format("json_.status", _json_in_ascii),
        "markdown": Format("status_markdown.status"),
        "issues": Format("issues.status", _json_in_ascii),
    },
    "doctor": {"text": Format("doctor.text"), "json": Format("doctor.json", _json_in_ascii)},
    "preview": {"html": Format("preview.html", _xml_in_ascii)},
    "outputs": {
        "json": Format("json_.outputs", _json_in_ascii),
        "env": Format("env.outputs"),
        "codes": Format("codes.outputs", _json_in_ascii),
        "contract": Format("json_.contract", _json_in_ascii, files=True),
        "python": Format("sender_python.python", _code_in_ascii, files=True),
        "typescript": Format("sender_typescript.typescript", _code_in_ascii, files=True),
    },
    "outputs --check": {"text": Format("compared.text")},
    "check-payload": {
        "text": Format("check_payload.text"),
        "json": Format("check_payload.json", _json_in_ascii),
        "github": Format("check_payload.github"),
    },
    "breaking": {
        "text": Format("breaking.text"),
        "json": Format("breaking.json", _json_in_ascii),
        "github": Format("breaking_report.github"),
        "markdown": Format("breaking_report.markdown"),
    },
    "rules": {
        "text": Format("rules.text"),
        "json": Format("rules.json", _json_in_ascii),
        "markdown": Format("rules.markdown"),
    },
    "init": {"text": Format("text.init"), "json": Format("json_.init", _json_in_ascii)},
    "ci": {"text": Format("ci.text"), "json": Format("ci.json", _json_in_ascii)},
    "new-version": _VERSIONS,
    "rename": _VERSIONS,
    "retire": _VERSIONS,
    "finish": _VERSIONS,
}
