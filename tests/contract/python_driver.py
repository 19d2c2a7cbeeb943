"""Drives the official Python SDK: one JSON order per line in, one JSON outcome per line out. Knows no test.

Runs in a process of its own: the SDK takes a second to import, sets up loggers that write to the console, and must
not be where the rest of the tests could import it.
"""

from __future__ import annotations

import asyncio
import importlib.metadata
import inspect
import json
import os
import re
import sys
from collections.abc import Iterator
from typing import Any

from alibabacloud_cams20200606 import models
from alibabacloud_cams20200606.client import Client
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.utils import Utils
from alibabacloud_tea_openapi.utils_models import Config
from darabonba.request import DaraRequest

Order = dict[str, Any]

ALGORITHM = "ACS3-HMAC-SHA256"


def flat(name: str) -> str:
    """A name without case and underscores: the SDK's own way from `FlowJSONAsset` to snake case is no rule."""
    return name.replace("_", "").lower()


METHODS = {flat(name): name for name in dir(Client)}


def build(model: type, values: Order) -> Any:
    """A model made as a caller writes it, by keyword. The SDK's `from_map` would fill in what was not given."""
    keywords = {
        flat(name): (name, str(given.annotation)) for name, given in inspect.signature(model).parameters.items()
    }
    given = {}
    for member, value in values.items():
        name, annotation = keywords[flat(member)]
        if inner := re.search(r"main_models\.(\w+)", annotation):
            kind = getattr(models, inner[1])
            given[name] = [build(kind, item) for item in value] if isinstance(value, list) else build(kind, value)
        else:
            given[name] = value
    return model(**given)


def _model(order: Order) -> type:
    model: type = getattr(models, f"{order['action']}Request")
    return model


def generated(order: Order) -> Any:
    """A request made by a function of a generated file, and completed as its first lines say."""
    module: Order = {}
    exec(order["source"], module)
    return _model(order)(**module[order["function"]](**order["params"]), **order["more"])


def call(order: Order, loop: asyncio.AbstractEventLoop) -> Order:
    config = Config(
        access_key_id=order["key"],
        access_key_secret=order["secret"],
        security_token=order["token"] or None,
        endpoint=order["endpoint"],
        protocol="http",
    )
    try:
        request = generated(order) if "function" in order else build(_model(order), order["params"])
        client, name = Client(config), METHODS[flat(order["action"])]
        if order["way"] == "async":
            response = loop.run_until_complete(getattr(client, f"{name}_async")(request))
        else:
            response = getattr(client, name)(request)
    except AlibabaCloudException as error:
        return {
            "error": type(error).__name__,
            "status": error.status_code,
            "code": error.code,
            "message": error.message,
            "retry_after": getattr(error, "retry_after", None),
        }
    except Exception as error:
        # What the SDK does not know or cannot read ends in whatever breaks first.
        return {"error": type(error).__name__, "status": 0, "code": "", "message": str(error)}
    return {"status": response.status_code, "body": response.body.to_map()}


def parameters(order: Order) -> Order:
    """The paths of all parameters of a request's model, in the model's own spelling."""
    return {"paths": list(_paths(getattr(models, f"{order['action']}Request"), ""))}


def _paths(model: type, above: str) -> Iterator[str]:
    for name, given in inspect.signature(model).parameters.items():
        if inner := re.search(r"main_models\.(\w+)", str(given.annotation)):
            yield from _paths(getattr(models, inner[1]), f"{above}{flat(name)}.")
        else:
            yield f"{above}{flat(name)}"


def authorize(order: Order) -> Order:
    """What the SDK's own code signs, and with which result, for requests given in full."""
    return {"signed": [_authorization(request) for request in order["requests"]]}


def _authorization(given: Order) -> Order:
    request = DaraRequest()
    request.method, request.pathname = given["method"], given["path"]
    request.query, request.headers = given["query"], given["headers"]
    payload = Utils.hash(given["body"].encode(), ALGORITHM).hex()
    proof = Utils.get_authorization(request, ALGORITHM, payload, given["key"], given["secret"])
    return {"payload": payload, "authorization": proof}


def main() -> None:
    # Whatever the SDK prints must not be taken for an outcome.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    loop = asyncio.new_event_loop()
    for line in sys.stdin:
        order = json.loads(line)
        if order["do"] == "version":
            outcome = {"version": importlib.metadata.version("alibabacloud_cams20200606")}
        elif order["do"] == "authorize":
            outcome = authorize(order)
        elif order["do"] == "parameters":
            outcome = parameters(order)
        else:
            outcome = call(order, loop)
        print(json.dumps(outcome), file=out, flush=True)
    loop.close()


if __name__ == "__main__":
    main()
