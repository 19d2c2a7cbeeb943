"""The straight script that one would write with the official SDK: list all templates, then read each one's detail.

    python sdk.py URL SPACE [MOST]

Keeps the answers and does nothing with them. Tells processor and wall seconds, of the lists and of the details.
"""

from __future__ import annotations

import json
import sys
import time

from alibabacloud_cams20200606 import models
from alibabacloud_cams20200606.client import Client
from alibabacloud_tea_openapi.models import Config

PAGE = 100


def main() -> None:
    """One call after the other, as the SDK's own examples have it."""
    host, space = sys.argv[1].removeprefix("http://"), sys.argv[2]
    most = int(sys.argv[3]) if len(sys.argv) > 3 else sys.maxsize
    client = Client(Config(access_key_id="emulator", access_key_secret="emulator", endpoint=host, protocol="http"))
    clock = (time.process_time(), time.perf_counter())
    rows, index = [], 1
    while True:
        page = models.ListChatappTemplateRequestPage(index=index, size=PAGE)
        request = models.ListChatappTemplateRequest(cust_space_id=space, template_type="WHATSAPP", page=page)
        body = client.list_chatapp_template(request).body
        rows += body.list_template or []
        if len(rows) >= min(body.total, most) or not body.list_template:
            break
        index += 1
    listed = (time.process_time() - clock[0], time.perf_counter() - clock[1])
    clock = (time.process_time(), time.perf_counter())
    details = [
        client.get_chatapp_template_detail(
            models.GetChatappTemplateDetailRequest(
                cust_space_id=space, template_code=row.template_code, language=row.language, template_type="WHATSAPP"
            )
        ).body
        for row in rows[:most]
    ]
    detailed = (time.process_time() - clock[0], time.perf_counter() - clock[1])
    print(json.dumps({"pages": index, "details": len(details), "list": listed, "detail": detailed}))


if __name__ == "__main__":
    main()
