"""Which formats a result can be shown in: one table for choices and dispatch. Shows nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any

from templatesync.render.terminal import Style

Renderer = Callable[[Any, Style], str]


class _Formats(Mapping[str, Renderer]):
    """The formats of one command: names, and the functions that they stand for as `module.function`."""

    def __init__(self, **named: str) -> None:
        self._named = named

    def __getitem__(self, name: str) -> Renderer:
        module, _, function = self._named[name].partition(".")
        renderer: Renderer = getattr(import_module(f"templatesync.render.{module}"), function)
        return renderer

    def __iter__(self) -> Iterator[str]:
        return iter(self._named)

    def __len__(self) -> int:
        return len(self._named)


RENDERERS: Mapping[str, Mapping[str, Renderer]] = {
    "validate": _Formats(
        text="finding.validate",
        json="json_.validate",
        github="github.validate",
        gitlab="gitlab.validate",
        sarif="sarif.validate",
        junit="junit.validate",
    ),
    "fmt": _Formats(text="fmt.text", json="fmt.json"),
    "plan": _Formats(text="text.plan", json="json_.plan"),
    "apply": _Formats(text="text.apply", json="json_.apply"),
    "import": _Formats(text="text.import_", json="json_.import_"),
    "status": _Formats(text="text.status", json="json_.status"),
    "doctor": _Formats(text="doctor.text", json="doctor.json"),
    "outputs": _Formats(json="json_.outputs", env="env.outputs"),
    "rules": _Formats(text="rules.text", json="rules.json", markdown="rules.markdown"),
    "init": _Formats(text="text.init", json="json_.init"),
    "new-version": _Formats(text="text.new_version", json="json_.new_version"),
}
