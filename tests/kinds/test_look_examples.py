"""What each example looks like, as golden files: the message, the screens or the picture that a customer sees.

`pytest --rewrite-golden` writes the files anew; read the difference before committing it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import pytest
from support.compact_look import compact

from templatesync.commands.prepare import read_files
from templatesync.kinds import KINDS
from templatesync.look.bubble import Values

EXAMPLES = Path(__file__).parents[2] / "examples"
GOLDEN = Path(__file__).parent / "golden" / "look"
FILES = sorted(
    path.stem for folder in ("templates", "flows", "qr_codes") for path in (EXAMPLES / folder).glob("*.yaml")
)


@pytest.fixture(scope="module")
def looks() -> Mapping[str, str]:
    """The looks of all resources that a file has for production."""
    found: dict[str, list[str]] = defaultdict(list)
    for entry in read_files(EXAMPLES).entries:
        if "production" in entry.spaces:
            body, key = entry.resource.body, entry.resource.key
            samples = body.get("Example", {})
            assert isinstance(samples, dict)
            look = KINDS[key.kind].content.look(body, key.language, samples, Values.SAMPLES)
            found[Path(entry.document.file).stem].append(f"== {key}\n{compact(look)}")
    return {stem: "\n".join(texts) for stem, texts in found.items()}


@pytest.mark.parametrize("stem", FILES)
def test_an_example_looks_as_it_did(stem: str, looks: Mapping[str, str], request: pytest.FixtureRequest) -> None:
    golden = GOLDEN / f"{stem}.txt"
    if request.config.getoption("--rewrite-golden"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(looks[stem], encoding="utf-8", newline="\n")
    assert looks[stem] == golden.read_text(encoding="utf-8")


def test_there_is_no_golden_file_too_many() -> None:
    assert sorted(path.stem for path in GOLDEN.iterdir()) == FILES
