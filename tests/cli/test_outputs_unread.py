"""What `outputs` says of what is not there or could not be read."""

from __future__ import annotations

from pathlib import Path

from support.projects import Shop

from templatesync.render.terminal import Style

DENIED = "version: 1\nspaces:\n  shop: {cust_space_id: cams-1}\ndefault_space: shop\n"


def test_an_environment_file_is_not_touched_when_the_space_cannot_be_read(shop: Shop, tmp_path: Path) -> None:
    shop.write("templatesync.yaml", DENIED)
    target = tmp_path / "env"
    target.write_text("OLD=1\n")
    ended = shop.run("outputs", "--format", "env", "-o", str(target), "--endpoint", "http://127.0.0.1:9")
    assert ended.code in (4, 5)
    assert target.read_text() == "OLD=1\n"


def test_a_space_that_cannot_be_read_has_no_environment() -> None:
    import pytest

    from templatesync.commands.outputs import OutputsResult, SpaceOutputs
    from templatesync.model.change import Refusal
    from templatesync.model.errors import ExitCode, TemplatesyncError
    from templatesync.render.env import outputs

    space = SpaceOutputs("shop", "cams-1", False, (), Refusal("Forbidden", "no permission"))
    with pytest.raises(TemplatesyncError, match="no permission") as raised:
        outputs(OutputsResult((space,), ExitCode.DENIED), Style())
    assert raised.value.exit_code == ExitCode.DENIED


def test_two_rows_of_one_variable_set_neither() -> None:
    from templatesync.commands.outputs import OutputRow, OutputsResult, SpaceOutputs
    from templatesync.model.errors import ExitCode
    from templatesync.render.env import outputs

    rows = tuple(
        OutputRow(name, language, "template", name, "pass", True, {"template_code": "1"}, "1")
        for name, language in (("a_en", "us"), ("a", "en_us"), ("b", "en"))
    )
    lines = outputs(OutputsResult((SpaceOutputs("s", "c", False, rows),), ExitCode.OK), Style()).splitlines()
    assert [line for line in lines if not line.startswith("#")] == ["TEMPLATE_B_EN=1"]
    assert sum(line.startswith("# TEMPLATE_A_EN_US is ambiguous") for line in lines) == 2
