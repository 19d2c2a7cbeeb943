"""What every official SDK must be able to do before the emulator: the life of a template. Knows no SDK."""

from __future__ import annotations

from typing import Any

from support.contract.samples import EVERY, UTILITY, Samples, decide
from support.contract.sdk import Sdk

TYPE = "WHATSAPP"

# Answers have a spelling of their own for this one.
ANSWERED_AS = {"HasExpiration": "hasExpiration"}


def comes_back(sent: Any, got: Any, *, free: frozenset[str] = frozenset()) -> None:
    """Asserts that everything sent is in what came, components in any order, `free` members with any text."""
    if isinstance(sent, dict):
        if sent.get("Format") in ("IMAGE", "VIDEO", "DOCUMENT"):
            free = free | {"Url", "ThumbUrl"}
        for name, value in sent.items():
            answered = got[ANSWERED_AS.get(name, name)]
            if name in free:
                assert answered, name
            else:
                comes_back(value, answered, free=free)
    elif isinstance(sent, list):
        assert len(sent) == len(got)
        types = [item.get("Type") for item in sent]
        if len(set(types)) == len(types) > 1:
            sent, got = (sorted(items, key=lambda item: str(item["Type"])) for items in (sent, got))
        for one, other in zip(sent, got, strict=True):
            comes_back(one, other, free=free)
    else:
        assert sent == got


def whole_life(sdk: Sdk, samples: Samples = EVERY) -> None:
    """Create, list by pages, detail, reject and modify, WABA, delete, and the refusals on the way."""
    codes = {name: create(sdk, sample) for name, sample in samples.items()}
    assert len(set(codes.values())) == len(samples)
    pages(sdk, {sample["Name"] for sample in samples.values()})
    for name, sample in samples.items():
        detail(sdk, sample, codes[name])
    assert sdk.code("CreateChatappTemplate", **UTILITY) == "InvalidParameter.TemplateNameExist"
    modify_rejected(sdk, codes["utility"])
    waba = sdk.ok("QueryChatappBindWaba")["Data"]
    assert waba["AccountReviewStatus"] == "APPROVED"
    assert waba["Id"]
    delete(sdk, codes["utility"])


def create(sdk: Sdk, sample: dict[str, Any]) -> str:
    """Create a template; its TemplateCode."""
    data = sdk.ok("CreateChatappTemplate", **sample)["Data"]
    assert data["TemplateName"] == sample["Name"]
    code = data["TemplateCode"]
    assert isinstance(code, str)
    return code


def pages(sdk: Sdk, names: set[str]) -> None:
    """Every template once, however the list is cut, and nothing past its end."""
    for size in (1, 3, 4, 100):
        seen = []
        for index in range(1, -(-len(names) // size) + 1):
            body = sdk.ok("ListChatappTemplate", Page={"Index": index, "Size": size}, TemplateType=TYPE)
            assert body["Total"] == len(names)
            assert len(body["ListTemplate"]) == min(size, len(names) - (index - 1) * size)
            seen += [row["TemplateName"] for row in body["ListTemplate"]]
        assert sorted(seen) == sorted(names)
        past = sdk.ok("ListChatappTemplate", Page={"Index": 1 + -(-len(names) // size), "Size": size})
        assert not past.get("ListTemplate")
    only = sdk.ok("ListChatappTemplate", Page={"Index": 1, "Size": 10}, Language="ar", AuditStatus="auditing")
    assert [row["TemplateName"] for row in only["ListTemplate"]] == ["greeting_all"]


def detail(sdk: Sdk, sample: dict[str, Any], code: str) -> None:
    """What was sent comes back, by code and by name."""
    by_code = sdk.ok("GetChatappTemplateDetail", TemplateCode=code, Language=sample["Language"])["Data"]
    by_name = sdk.ok("GetChatappTemplateDetail", TemplateName=sample["Name"], Language=sample["Language"])["Data"]
    assert by_code == by_name
    assert by_code["AuditStatus"] == "auditing"
    generated = frozenset({"Text"}) if sample["Category"] == "AUTHENTICATION" else frozenset()
    comes_back(sample["Components"], by_code["Components"], free=generated)
    # The service may leave the examples out of an answer; what it gives must be what it got.
    assert not by_code.get("Example") or by_code["Example"] == sample["Example"]
    for member in ("Name", "Language", "Category", "TemplateType"):
        assert by_code[member] == sample[member]


def modify_rejected(sdk: Sdk, code: str) -> None:
    """A rejected template is changed as a whole and goes to review again."""
    decide(sdk.endpoint, sdk.space, code, "en", "fail")
    asked = {"TemplateCode": code, "Language": "en"}
    before = sdk.ok("GetChatappTemplateDetail", **asked)["Data"]
    assert (before["AuditStatus"], before["Reason"]) == ("fail", "tone")
    components = [{"Type": "BODY", "Text": "Dear $(name): come & get it — 取りに来て."}]
    body = sdk.ok(
        "ModifyChatappTemplate",
        **asked,
        TemplateType=TYPE,
        Components=components,
        Example={"name": "Bob"},
    )
    assert body["Data"]["TemplateCode"] == code
    after = sdk.ok("GetChatappTemplateDetail", **asked)["Data"]
    assert after["AuditStatus"] == "auditing"
    comes_back(components, after["Components"])


def delete(sdk: Sdk, code: str) -> None:
    """One language goes, the other stays; what is gone is gone for every call."""
    german = UTILITY | {"Language": "de"}
    assert sdk.ok("CreateChatappTemplate", **german)["Data"]["TemplateCode"] == code
    asked = {"TemplateCode": code, "Language": "en", "TemplateType": TYPE}
    sdk.ok("DeleteChatappTemplate", **asked)
    assert sdk.code("DeleteChatappTemplate", **asked) == "DelError.TemplateNotExist"
    assert sdk.code("GetChatappTemplateDetail", **asked) == "DetailError.TemplateNotExist"
    left = sdk.ok("ListChatappTemplate", Name=UTILITY["Name"], Page={"Index": 1, "Size": 10})
    assert [(row["Language"], row["TemplateCode"]) for row in left["ListTemplate"]] == [("de", code)]
