"""One space of the service: a `Request` in, one signed attempt, an `Answer` out. Knows no kind and never tries twice.

Whatever the network or the service does becomes an Answer; only a defect of this program raises. When to try again is
the driver's to say: each attempt is signed afresh, since the service refuses a nonce it has seen.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from email.utils import parsedate_to_datetime
from functools import lru_cache
from urllib.parse import urlsplit

import httpx

import templatesync
from templatesync.model.errors import DeniedError, ServiceError
from templatesync.model.json_value import Json
from templatesync.model.request import Answer, AnswerClass, AnyRequest, Download, Request, Upload
from templatesync.service import signing
from templatesync.service.answers import Context, decode, from_failure, from_reply
from templatesync.service.api import Operation, api, check, encode
from templatesync.service.credentials.base import Credentials, Provider
from templatesync.service.download import download
from templatesync.service.http import ExchangeError, Network, Reply, Timeouts
from templatesync.service.secret import Secret, conceal, scrub
from templatesync.service.upload import upload

FORM = "application/x-www-form-urlencoded"
BAD_CREDENTIALS = "templatesync.Credentials"


class Client:
    """Sends the requests of one customer space.

    `endpoint` is a URL that `endpoint.check_endpoint` let pass. `network` is shared by the clients of many spaces;
    without one, the client has its own, over `transport` when that is given. `account` is whom quotas are counted
    for: by default the account behind the credentials at this endpoint; "" means that nothing is counted, as in an
    emulator without quotas. `keep_raw`: each answer keeps its body as it came. `skew` is how many seconds this
    machine's clock is behind the service's, None until an answer came.
    """

    def __init__(
        self,
        *,
        endpoint: str,
        cust_space_id: str,
        credentials: Provider,
        isv_code: Secret | None = None,
        network: Network | None = None,
        transport: httpx.BaseTransport | None = None,
        timeouts: Timeouts = Timeouts(),
        proxy: str | None = None,
        account: str | None = None,
        keep_raw: bool = False,
        clock: Callable[[], float] = time.time,
        nonce: Callable[[], str] = lambda: uuid.uuid4().hex,
    ) -> None:
        self.skew: float | None = None
        self._url = endpoint if "://" in endpoint else f"https://{endpoint}"
        self._host = urlsplit(self._url).netloc
        self.account = f"{credentials.account}@{self._host}" if account is None else account
        self._space = cust_space_id
        self._isv_code = isv_code
        self._credentials = credentials
        self._network = network or Network(proxy=proxy, timeouts=timeouts, transport=transport)
        self._shared = network is not None
        self._keep_raw = keep_raw
        self._clock = clock
        self._nonce = nonce
        self._offset = 0.0
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"Client({self._space} at {self._host})"

    @property
    def endpoint(self) -> str:
        """Where requests go: scheme, host and port."""
        return self._url

    @property
    def credentials(self) -> Provider:
        """What requests are signed with."""
        return self._credentials

    def send(self, request: AnyRequest) -> Answer:
        """One attempt. Raises KeyError or AssertionError only for requests that no kind should have made."""
        match request:
            case Request():
                return self._call(request)
            case Download():
                return download(self._network, request, self._url)
            case Upload():
                return self._upload(request)

    def _upload(self, request: Upload) -> Answer:
        """With keys of its own each time, so that no key is ever kept, and trying again heals keys that ran out."""
        leave = self._call(Request(request.operation))
        if not leave.ok:
            return replace(leave, request=request)
        now = self._clock() + (self.skew or 0.0)
        return upload(self._network, request, leave.data.get("Data"), self._url, now)

    def _call(self, request: Request) -> Answer:
        operation = api().operations[request.operation]
        params = self._params(operation, request.params)
        try:
            credentials = self._credentials.get()
        except ServiceError as error:
            return _without_credentials(request, error)
        context = Context(request, operation, self._secrets(credentials))
        try:
            encoded = encode(operation, params)
            url, headers, body = self._signed(operation, encoded, credentials)
        except UnicodeEncodeError:
            message = "the request holds half a character (a lone surrogate), which cannot be sent"
            return Answer(request, AnswerClass.INVALID, "templatesync.Unencodable", message)
        try:
            reply = self._network.exchange("POST", url, headers, body)
        except ExchangeError as error:
            return from_failure(context, error)
        answer = from_reply(context, reply)
        if self._keep_raw:
            # What a refusal says is in `data` already, without secrets and bounded.
            raw = conceal(decode(reply.body), reply.body, context.secrets) if answer.ok else answer.data
            answer = replace(answer, raw=raw)
        return self._learn_time(answer, reply)

    def refresh(self) -> bool:
        """Fetch new credentials; False when there are no newer ones to have, so that trying again is pointless."""
        try:
            return self._credentials.refresh()
        except ServiceError:
            return False

    def close(self) -> None:
        """Close the connections, unless they are shared."""
        if not self._shared:
            self._network.close()

    def _params(self, operation: Operation, params: Mapping[str, Json]) -> Mapping[str, Json]:
        whole = dict(params)
        if operation.takes("CustSpaceId"):
            whole["CustSpaceId"] = self._space
        if operation.takes("IsvCode") and self._isv_code:
            whole["IsvCode"] = self._isv_code.reveal()
        # Only what every call must get right is a defect. Unknown and nested fields may be newer than this release
        # and pass through on purpose, for a project may need them before we know them: the service judges them.
        for problem in check(operation.request, whole):
            nested = "." in problem.path or "[" in problem.path
            assert nested or problem.what in ("unknown", "enum"), f"{operation.name}: {problem.path} {problem.detail}"
        return whole

    def _signed(
        self, operation: Operation, params: Mapping[str, str], credentials: Credentials
    ) -> tuple[str, dict[str, str], bytes]:
        """URL, headers and body of a new attempt. The bytes that are hashed are the bytes that are sent."""
        query = {} if operation.send == "form" else params
        body = signing.canonical_query(params).encode() if operation.send == "form" else b""
        headers = {
            "host": self._host,
            "x-acs-action": operation.name,
            "x-acs-version": api().version,
            "x-acs-date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self._clock() + self._offset)),
            "x-acs-signature-nonce": self._nonce(),
            "x-acs-content-sha256": signing.payload_hash(body),
        }
        if body:
            headers["content-type"] = FORM
        headers |= credentials.headers()
        headers["authorization"] = signing.authorization(
            access_key_id=credentials.access_key_id,
            access_key_secret=credentials.access_key_secret.reveal(),
            method="POST",
            path="/",
            params=query,
            headers=headers,
            body=body,
        )
        # Not signed: proxies rewrite these.
        headers["accept"] = "application/json"
        headers["accept-encoding"] = "identity"
        headers["user-agent"] = f"templatesync/{templatesync.__version__}"
        url = f"{self._url}/" + (f"?{signing.canonical_query(query)}" if query else "")
        return url, headers, body

    def _secrets(self, credentials: Credentials) -> tuple[Secret, ...]:
        secrets = credentials.secrets()
        return (*secrets, self._isv_code) if self._isv_code else secrets

    def _learn_time(self, answer: Answer, reply: Reply) -> Answer:
        """Remember how far this machine's clock is off, and sign with the right time once the service minds."""
        try:
            there = _moment(reply.headers.get("date", ""))
        except (ValueError, TypeError, OverflowError):
            return answer
        with self._lock:
            self.skew = there - self._clock()
            if answer.klass is not AnswerClass.CLOCK:
                return answer
            self._offset = self.skew
        way = "behind" if self.skew > 0 else "ahead"
        message = f"{answer.message} (this machine's clock is {abs(self.skew):.0f} s {way}; set it with NTP)"
        return replace(answer, message=message)


@lru_cache(maxsize=16)
def _moment(date: str) -> float:
    """Seconds since 1970. Many answers of one second have the same date."""
    return parsedate_to_datetime(date).timestamp()


def _without_credentials(request: Request, error: ServiceError) -> Answer:
    klass = AnswerClass.CREDENTIALS if isinstance(error, DeniedError) else AnswerClass.UNREACHABLE
    return Answer(request, klass, error.code or BAD_CREDENTIALS, scrub(str(error)), request_id=error.request_id)
