"""Fetching what a URL inside an answer leads to. Knows no credential, no operation and no format.

The URL is hostile until shown otherwise, and so is what it leads to: no credentials, cookies or redirects, a cap on
the inflated file, a deadline for the whole, and a host that stands for public addresses only.
"""

from __future__ import annotations

import templatesync
from templatesync.model.request import Answer, AnswerClass, AnyRequest, Download
from templatesync.service.answers import Context, from_failure
from templatesync.service.http import Bounds, ExchangeError, Network
from templatesync.service.store_answer import delivered
from templatesync.service.trusted_url import UNTRUSTED, UntrustedUrlError, check_answer_url

# Seconds for the whole of it.
TOTAL = 15.0

HEADERS = {
    "accept": "*/*",
    "accept-encoding": "identity",
    "user-agent": f"templatesync/{templatesync.__version__}",
}


def download(network: Network, request: Download, endpoint: str, *, total: float = TOTAL) -> Answer:
    """One attempt. With an embedded emulator as its transport, the network brings every URL that is allowed there."""
    context = Context(request)
    try:
        target = check_answer_url(request.url, endpoint)
        reply = network.visit("GET", target, HEADERS, bounds=Bounds(total, request.limit))
    except UntrustedUrlError as error:
        return untrusted(request, error)
    except ExchangeError as error:
        return from_failure(context, error)
    return delivered(context, reply)


def untrusted(request: AnyRequest, error: UntrustedUrlError) -> Answer:
    """The answer for a URL that is not followed: it is no trouble of the network, and asking again changes nothing."""
    return Answer(request, AnswerClass.OTHER, UNTRUSTED, str(error))
