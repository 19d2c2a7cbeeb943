"""`fmt` as a user runs it: what it writes, what it leaves, what it tells."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from support.projects import GOOD, Shop, tree

UGLY = """\
# on top
Category: UTILITY
Name: shop_ugly    # the name
Language: en
Components:
- Text: Hello $(name), your parcel has left our studio today.
  Type: BODY
Example: {name: Ann}
"""
PRETTY = """\
# on top
Name: shop_ugly    # the name
Category: UTILITY
Language: en
Components:
  - Type: BODY
    Text: Hello $(name), your parcel has left our studio today.
Example: {name: Ann}
"""


def test_files_are_written_in_canonical_style(shop: Shop) -> None:
    path = shop.write("templates/ugly.yaml", UGLY)
    path.chmod(0o640)
    ended = shop.run("fmt")
    assert (ended.code, ended.out) == (0, "formatted templates/ugly.yaml\n1 file changed of 2.\n")
    assert path.read_text(encoding="utf-8") == PRETTY
    assert path.stat().st_mode & 0o777 == 0o640
    before = tree(shop.root)
    assert shop.run("fmt").out == "0 files changed of 2.\n"
    assert tree(shop.root) == before


def test_check_writes_nothing_and_shows_what_would_change(shop: Shop) -> None:
    shop.write("templates/ugly.yaml", UGLY)
    before = tree(shop.root)
    ended = shop.run("fmt", "--check")
    assert ended.code == 3
    assert tree(shop.root) == before
    assert "\n+Name: shop_ugly    # the name\n Category: UTILITY\n" in ended.out
    assert ended.out.endswith("1 file would change of 2.\n")
    told = json.loads(shop.run("fmt", "--check", "--format", "json").out)
    assert told["changed"] == ["templates/ugly.yaml"] and told["check"] is True
    assert shop.run("fmt", "--check", str(shop.root / "templates/good.yaml")).code == 0


def test_a_diff_shows_characters_that_would_act(shop: Shop) -> None:
    shop.write("templates/ugly.yaml", UGLY.replace("# on top", "# \u202eon top ##[error]").replace("\n", "\r\n"))
    out = shop.run("fmt", "--check").out
    assert "\u202e" not in out and "<U+202E>" in out
    assert "-# <U+202E>on top #<U+0023>[error]<U+000D>\n" in out


def test_only_what_is_named_is_formatted(shop: Shop) -> None:
    shop.write("templates/ugly.yaml", UGLY)
    shop.write("more/ugly.yaml", UGLY)
    project = (shop.root / "templatesync.yaml").read_bytes()
    shop.write("media/cup.PNG", b"\x89PNG\r\n\x1a\n")
    shop.write("flows/book.JSON", "{}")
    kept = ("templatesync.yaml", "media/cup.PNG", "flows/book.JSON")
    named = [str(shop.root / name) for name in ("more/ugly.yaml", *kept)]
    assert shop.run("fmt", *named).out == "formatted more/ugly.yaml\n1 file changed of 1.\n"
    assert (shop.root / "templatesync.yaml").read_bytes() == project
    assert (shop.root / "templates/ugly.yaml").read_text(encoding="utf-8") == UGLY
    assert shop.run("fmt", str(shop.root / "templates")).out == "formatted templates/ugly.yaml\n1 file changed of 2.\n"
    assert shop.run("fmt", str(shop.root / "more")).code == 64


@pytest.mark.parametrize("text", ["a: [\n", "a: 1\na: 2\n", "Name: a\n? Category\n: UTILITY\n", b"\xff"])
def test_a_broken_file_stays_and_hides_no_other(shop: Shop, text: str | bytes) -> None:
    broken = shop.bad(text)
    shop.write("templates/ugly.yaml", UGLY)
    ended = shop.run("fmt")
    assert ended.code == 3
    assert broken.read_bytes() == (text.encode() if isinstance(text, str) else text)
    assert "templates/bad.yaml:" in ended.out and "formatted templates/ugly.yaml" in ended.out


def test_a_link_is_not_followed(shop: Shop, tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text(UGLY, encoding="utf-8")
    (shop.root / "templates/link.yaml").symlink_to(outside)
    for arguments in ([], [str(shop.root / "templates/link.yaml")], [str(shop.root / "templates")]):
        ended = shop.run("fmt", *arguments)
        assert ended.code == 3 and "file-kind" in ended.out
    assert outside.read_text(encoding="utf-8") == UGLY


def test_what_the_project_does_not_include_is_for_validate_to_tell(shop: Shop) -> None:
    other = shop.write("templates/other.yml", UGLY)
    ended = shop.run("fmt", str(shop.root / "templates"))
    assert (ended.code, "other.yml" in ended.out) == (0, False)
    assert other.read_text(encoding="utf-8") == UGLY
    ended = shop.run("validate")
    assert ended.code == 0
    assert "templates/other.yml:1:1: warning: no pattern of `include` names this file: plan" in ended.out
    assert "rename it to other.yaml, or add a pattern" in ended.out
    shop.write("templates/other.yaml", GOOD.replace("shop_hello", "shop_other"))
    assert "other.yaml is there too: put it all there" in shop.run("validate").out
    (shop.root / "templates/other.yaml").unlink()
    assert "1 warning; `templatesync validate` shows them" in shop.run("plan").out


def test_a_plan_has_the_same_digest_before_and_after(shop: Shop) -> None:
    shop.write("templates/ugly.yaml", UGLY)
    shop.write(
        "templates/more.yaml", GOOD.replace("shop_hello", "shop_more").replace("Ann", "no").replace("\n", "\r\n")
    )

    def digest() -> str:
        found = re.search(r"Digest: (\w+)", shop.run("plan").out)
        assert found
        return found[1]

    before = digest()
    assert shop.run("fmt").out.endswith("2 files changed of 3.\n")
    assert digest() == before


def test_examples_and_imports_are_in_canonical_style(shop: Shop) -> None:
    examples = Path(__file__).parent.parent.parent / "examples"
    assert shop.run("-C", str(examples), "fmt", "--check").code == 0
    shop.write("templates/ugly.yaml", UGLY)
    assert shop.run("apply", "--yes").code == 0
    for name in ("ugly", "good"):
        (shop.root / f"templates/{name}.yaml").unlink()
    shop.run("import")
    assert shop.run("fmt", "--check").out == "0 files would change of 2.\n"
