"""A client that can only read: whatever may change something, it does not send. Knows no kind and no command.

What is harmless follows from `api.json` alone, never from what the service would make of a request.
"""

from __future__ import annotations

from templatesync.model.request import Answer, AnyRequest, Download, Request, Upload
from templatesync.service.api import api
from templatesync.service.client import Client
from templatesync.service.credentials.base import Provider


class WriteByReaderError(Exception):
    """Something that may write was to be sent by who only reads: a defect of this program."""


def only_reads(request: AnyRequest) -> bool:
    """Whether a request changes nothing, whoever answers it. What nobody says to be a read may write."""
    match request:
        case Download():
            return True
        case Upload():
            return False
        case Request():
            operation = api().operations.get(request.operation)
            return operation is not None and not operation.write


class Reader:
    """The client of one space for all who must not write there."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.account = client.account

    def __repr__(self) -> str:
        return f"Reader({self._client!r})"

    @property
    def endpoint(self) -> str:
        """Where requests go."""
        return self._client.endpoint

    @property
    def credentials(self) -> Provider:
        """What requests are signed with."""
        return self._client.credentials

    @property
    def skew(self) -> float | None:
        """By how many seconds this machine's clock is behind the service's."""
        return self._client.skew

    def send(self, request: AnyRequest) -> Answer:
        """One attempt to read. Raises WriteByReaderError before anything of a write has left."""
        if not only_reads(request):
            raise WriteByReaderError(f"{type(request).__name__} {request.operation} may write, and this only reads")
        return self._client.send(request)

    def refresh(self) -> bool:
        """Fetch new credentials; False when there are none to have."""
        return self._client.refresh()
