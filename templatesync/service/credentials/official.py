"""The official credentials package, for modes of profiles that are not ours: CloudSSO, OAuth, External and the like.

It is an extra: it brings twenty packages and half a second of start-up. Only its synchronous side is used, and by one
thread at a time: its asynchronous refresh takes a thread's lock on the event loop and stands still.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from templatesync.model.errors import DeniedError
from templatesync.service.credentials.base import Credentials, make_credentials
from templatesync.service.credentials.refreshing import Refreshing

# It renews by itself and does not say when, so it is asked again soon.
_ASK_AGAIN = 360.0


def official_provider(
    where: str, mode: str, *, file: Path, name: str, ini: bool, clock: Callable[[], float]
) -> Refreshing:
    """A provider of the official package for one profile; DeniedError when the package is not there."""
    try:
        package: Any = importlib.import_module("alibabacloud_credentials.provider")
    except ImportError:
        raise DeniedError(
            f"{where} has the mode {mode}, which templatesync leaves to Alibaba Cloud's own package",
            hint="install it with: pip install 'templatesync[alibabacloud]'",
        ) from None
    # At import they write to stderr, and a failure comes in three copies.
    for logger in ("credentials", "alibabacloud-credentials", "darabonba-core"):
        logging.getLogger(logger).setLevel(logging.CRITICAL + 1)
    kind = package.ProfileCredentialsProvider if ini else package.CLIProfileCredentialsProvider
    official = kind(profile_name=name, profile_file=str(file))

    def fetch() -> Credentials:
        try:
            found = official.get_credentials()
            key_id, secret = found.get_access_key_id(), found.get_access_key_secret()
            token = found.get_security_token()
        except Exception as error:
            # Its texts embed whole answers of token services: only the kind of error is told.
            raise DeniedError(
                f"{where} (mode {mode}): Alibaba Cloud's package gives no credentials ({type(error).__name__})",
                hint=f"try: aliyun sts GetCallerIdentity --profile {name}",
            ) from None
        pair = make_credentials(key_id or "", secret or "", token or "", source=where)
        return Credentials(pair.access_key_id, pair.access_key_secret, pair.security_token, clock() + _ASK_AGAIN)

    source = f"{where} (mode {mode}, through alibabacloud_credentials)"
    return Refreshing(fetch, source=source, account=f"{where}", clock=clock)
