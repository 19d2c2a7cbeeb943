"""What the official SDK makes of its own models is right for `check-payload`, with all that it writes of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from support.contract.sdk import KEPT
from support.sending_shapes import Shape

from templatesync.sending.check import check, frame
from templatesync.sending.request import requests

SINGLE = """
from alibabacloud_cams20200606 import models as m
import json
action = m.{0}FlowAction(flow_token="token", flow_action_data={{"day": 1}})
item = m.{0}ProductActionSectionsProductItems(product_retailer_id="sku-1")
section = m.{0}ProductActionSections(title="All", product_items=[item])
products = m.{0}ProductAction(thumbnail_product_retailer_id="sku-1", sections=[section])
own = dict(flow_action=action, product_action=products, payload=["Yes", "No"], to="6591234567",
           template_params={{"name": "Ann"}})
whole = dict(channel_type="whatsapp", from_="6581234567", template_name="shop", language="en")
"""
REQUESTS = {
    "single": SINGLE.format("SendChatappMessageRequest")
    + "print(json.dumps(m.SendChatappMessageRequest(type='template', **whole, **own).to_map()))",
    "fields": SINGLE.format("SendChatappMessageRequest")
    + "print(json.dumps(vars(m.SendChatappMessageRequest(type='template', **whole, **own)), default=vars))",
    "mass": SINGLE.format("SendChatappMassMessageRequestSenderList")
    + "entry = m.SendChatappMassMessageRequestSenderList(**own)\n"
    + "print(json.dumps(m.SendChatappMassMessageRequest(sender_list=[entry], **whole).to_map()))",
    "mass in a text": SINGLE.format("SendChatappMassMessageRequestSenderList")
    + "entry = m.SendChatappMassMessageRequestSenderList(**own)\n"
    + "sent = m.SendChatappMassMessageShrinkRequest(sender_list_shrink=json.dumps([entry.to_map()]), **whole)\n"
    + "print(json.dumps(vars(sent)))",
}


@pytest.mark.parametrize("form", REQUESTS)
def test_what_the_sdk_holds_is_right(form: str) -> None:
    folder = KEPT / "sdk-5.3.1"
    assert folder.is_dir(), "the official SDK is not installed; `make test` does that"
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-s", "-c", REQUESTS[form]], capture_output=True, env=environment, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    contract = Shape(body=("name",), replies=("Yes", "No"), screen="DATE", products="MPM").contract()
    (request,) = requests(document)
    assert [*frame(request), *check(contract, request)] == []
    assert request.flow_data == {"day": 1}
