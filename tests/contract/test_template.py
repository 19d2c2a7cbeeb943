"""The official SDKs before the served emulator: templates from creation to deletion."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from support.contract.samples import CAROUSEL, EVERY, ONE_APP, UNICODE, UTILITY, decide
from support.contract.scenario import comes_back, create, whole_life
from support.contract.sdk import Sdk


def test_the_whole_life_of_templates(sdk: Sdk) -> None:
    whole_life(sdk)


def test_the_node_sdk_too(node: Sdk) -> None:
    assert node.driver.order("version") == {"version": "1.4.2"}
    whole_life(node, EVERY | {"authentication": ONE_APP})
    refused = node.but(secret="wrong").outcome("QueryChatappBindWaba")
    assert (refused["code"], refused["status"]) == ("SignatureDoesNotMatch", 400)


def test_the_versions_are_those_that_differ(door: Sdk, request: pytest.FixtureRequest) -> None:
    version, _ = request.node.callspec.params["door"]
    assert door.driver.order("version") == {"version": version}


def test_the_properties_change_without_a_review(sdk: Sdk) -> None:
    code = create(sdk, CAROUSEL)
    asked = {"TemplateCode": code, "Language": "en"}
    decide(sdk.endpoint, sdk.space, code, "en", "pass")
    sdk.ok(
        "ModifyChatappTemplateProperties", **asked, TemplateType="WHATSAPP", AllowSend=False, CategoryChangePaused=True
    )
    data = sdk.ok("GetChatappTemplateDetail", **asked)["Data"]
    assert (data["AllowSend"], data["CategoryChangePaused"], data["AuditStatus"]) == (False, True, "pass")
    sdk.ok("ModifyChatappTemplateProperties", **asked, TemplateType="WHATSAPP", AllowSend=True)
    data = sdk.ok("GetChatappTemplateDetail", **asked)["Data"]
    assert (data["AllowSend"], data["CategoryChangePaused"]) == (True, True)


def test_without_a_language_every_language_goes(sdk: Sdk) -> None:
    code = create(sdk, UTILITY)
    sdk.ok("CreateChatappTemplate", **UTILITY | {"Language": "fr"})
    sdk.ok("DeleteChatappTemplate", TemplateCode=code, TemplateType="WHATSAPP")
    assert sdk.ok("ListChatappTemplate", Page={"Index": 1, "Size": 10})["Total"] == 0


def test_an_archived_template_is_still_there(sdk: Sdk) -> None:
    code = create(sdk, UTILITY)
    listed = [{"TemplateCode": code, "Language": "en"}]
    for kind in ("ARCHIVE", "UNARCHIVE"):
        sdk.ok("ArchiveChatappTemplate", ArchiveType=kind, ChannelType="WHATSAPP", TemplateList=listed)
    assert sdk.ok("GetChatappTemplateDetail", **listed[0])["Data"]["TemplateCode"] == code


def test_a_metric_has_a_row_per_day(sdk: Sdk) -> None:
    code = create(sdk, UTILITY)
    start, day = 1_767_225_600_000, 86_400_000
    rows = sdk.ok(
        "GetChatappTemplateMetric",
        TemplateCode=code,
        Language="en",
        TemplateType="WHATSAPP",
        Start=start,
        End=start + 3 * day,
        Granularity="DAILY",
    )["Data"]
    assert [(row["Start"], row["End"]) for row in rows] == [(start + n * day, start + (n + 1) * day) for n in range(3)]
    assert {row["SentCount"] for row in rows} == {0}


def large(cards: int) -> list[dict[str, Any]]:
    """Components of a carousel in CJK with nothing left to spare: about 11 KB a card when percent-encoded."""
    return [
        {"Type": "BODY", "Text": "字" * 1024},
        {
            "Type": "CAROUSEL",
            "Cards": [
                {
                    "CardComponents": [
                        {"Type": "HEADER", "Format": "IMAGE", "Url": f"https://shop.example/{number}.png?{'x' * 5000}"},
                        {"Type": "BODY", "Text": "靴" * 160},
                        {
                            "Type": "BUTTONS",
                            "Buttons": [
                                {"Type": "URL", "Text": "購" * 25, "Url": f"https://shop.example/{'y' * 1900}"},
                                {"Type": "QUICK_REPLY", "Text": "見" * 25},
                            ],
                        },
                    ]
                }
                for number in range(cards)
            ],
        },
    ]


def test_large_carousels(sdk: Sdk, request: pytest.FixtureRequest) -> None:
    """In a body any size goes; in the URL, as of 5.3.1, the emulator takes 64 KiB; nobody knows the real limit."""
    in_url = request.node.callspec.params["door"][0] == "5.3.1"
    for cards in (4, 10):
        components = large(cards)
        sample = CAROUSEL | {"Name": f"large_{cards}", "Components": components, "Example": {}}
        made = sdk.outcome("CreateChatappTemplate", **sample)
        if in_url and cards == 10:
            assert "error" in made
            assert "414" in made["message"]
            continue
        assert "error" not in made, made
        assert made["body"]["Code"] == "OK", made
        data = sdk.ok("GetChatappTemplateDetail", TemplateName=sample["Name"], Language="en")["Data"]
        comes_back(components, data["Components"])


def test_the_command_serves_the_same(door: Sdk, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "templatesync", "emulator", "--port", "0", "--db", str(tmp_path / "cams.db")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path) as served:
        assert served.stdout
        try:
            line = served.stdout.readline()
            assert line.startswith("listening on http://127.0.0.1:"), line
            sdk = door.but(endpoint=line.removeprefix("listening on ").strip())
            code = create(sdk, UNICODE)
            rows = sdk.ok("ListChatappTemplate", Page={"Index": 1, "Size": 10})["ListTemplate"]
            assert [row["TemplateCode"] for row in rows] == [code]
            assert abs(rows[0]["LastUpdateTime"] / 1000 - time.time()) < 60
        finally:
            served.terminate()
            served.wait(10)
