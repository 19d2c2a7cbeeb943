"""What a function that sends takes beside variables and payloads, by the name of its parameter. Pure."""

from __future__ import annotations

from templatesync.sending.contract import Contract, Products

ALWAYS = ("codes", "language", "check")
"""Parameters of every function."""


def extras(contract: Contract) -> tuple[str, ...]:
    """Those that this contract needs."""
    return (
        *(("code",) if contract.code else ()),
        *(("flow_token", "flow_data") if contract.flow else ()),
        *(("product",) if contract.products is not Products.NONE else ()),
        *(("sections",) if contract.products is Products.SEVERAL else ()),
        *(("more",) if needs_more(contract) else ()),
    )


def needs_more(contract: Contract) -> bool:
    """Whether a sender gives something for which no page tells a name: when an offer ends, or a header's media."""
    return not contract.code and (contract.expires or bool(contract.media and not contract.media_variable))
