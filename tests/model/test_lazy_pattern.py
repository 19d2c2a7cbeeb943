"""Patterns that are compiled lazy_pattern: each of them can be, and importing a kind compiles none."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys

import templatesync
from templatesync.model.lazy_pattern import _LazyPattern


def test_every_late_pattern_compiles() -> None:
    found = 0
    for module in pkgutil.walk_packages(templatesync.__path__, "templatesync."):
        if not module.name.endswith("__main__"):
            for value in vars(importlib.import_module(module.name)).values():
                if isinstance(value, _LazyPattern):
                    found += 1
                    value.search("")
    assert found > 40


def test_rules_are_imported_without_compiling_their_patterns() -> None:
    code = (
        "import re, sys; made = []; real = re.compile\n"
        "def compiled(pattern, flags=0):\n"
        "    made.append(sys._getframe(1).f_globals['__name__'])\n"
        "    return real(pattern, flags)\n"
        "re.compile = compiled\n"
        "import templatesync.kinds.template.rules\n"
        "print([name for name in made if name.startswith(('templatesync.kinds.template', 'templatesync.look'))])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told == "['templatesync.look.filled']\n"
