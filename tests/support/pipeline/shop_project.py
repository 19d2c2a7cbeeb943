"""The project whose story is told: a shop with one space and an emulator, and how it is put on GitHub."""

from __future__ import annotations

import subprocess
import sys

from support.pipeline.world import APPLY_ROLE, OWNER, PLAN_ROLE, PROVIDER, PipelineWorld

SPACE = "cams-production0000"
PROJECT = f"""\
version: 1
spaces:
  production:
    cust_space_id: {SPACE}
  local:
    emulator: true
default_space: local
policy: {{on_approved: modify}}
"""


def template(name: str, text: str, language: str = "en", category: str = "UTILITY") -> str:
    return f"""\
Name: {name}
Category: {category}
Language: {language}
Components:
  - Type: BODY
    Text: {text}
Example: {{name: Ann}}
"""


HELLO = template("shop_hello", "Hello $(name), your parcel has left our studio today.")
OPEN = template("shop_open", "Hello $(name), our studio is open again from Monday on.")


def begin(world: PipelineWorld) -> None:
    """The project is there, with the files of its pipeline and what a person sets up by hand."""
    world.push({"templatesync.yaml": PROJECT, "templates/hello.yaml": HELLO}, "Begin", quietly=True)
    command = [sys.executable, "-m", "templatesync", "-C", str(world.tree.root), "--space", "production", "ci", "init"]
    roles = ["--provider-arn", PROVIDER, "--plan-role", PLAN_ROLE, "--apply-role", APPLY_ROLE]
    done = subprocess.run([*command, "github", *roles], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    world.push({}, "Add the pipeline", quietly=True)
    for name in ("production", "production-unreviewed"):
        world.environment(name, OWNER)
    world.answer(lambda environment: True)
