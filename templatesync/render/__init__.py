"""Results to text: one file per format. RENDERERS feeds both dispatch and the choices of `--format`. None prints."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from templatesync.render import doctor, env, fmt, github, gitlab, json_, junit, rules, sarif, text
from templatesync.render.terminal import Style

Renderer = Callable[[Any, Style], str]

RENDERERS: Mapping[str, Mapping[str, Renderer]] = {
    "validate": {
        "text": text.validate,
        "json": json_.validate,
        "github": github.validate,
        "gitlab": gitlab.validate,
        "sarif": sarif.validate,
        "junit": junit.validate,
    },
    "fmt": {"text": fmt.text, "json": fmt.json},
    "plan": {"text": text.plan, "json": json_.plan},
    "apply": {"text": text.apply, "json": json_.apply},
    "import": {"text": text.import_, "json": json_.import_},
    "status": {"text": text.status, "json": json_.status},
    "doctor": {"text": doctor.text, "json": doctor.json},
    "outputs": {"json": json_.outputs, "env": env.outputs},
    "rules": {"text": rules.text, "json": rules.json, "markdown": rules.markdown},
    "init": {"text": text.init, "json": json_.init},
    "new-version": {"text": text.new_version, "json": json_.new_version},
}
