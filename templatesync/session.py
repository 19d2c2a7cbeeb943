"""Opening the way to spaces: for each a client, over the network or to an embedded emulator. Knows no kind, no plan.

Endpoints, credentials and proxies come from flags, the environment and the user's own configuration, never from the
project: a pull request must not be able to send signed requests elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from templatesync import user_settings
from templatesync.cams.client import Client
from templatesync.cams.endpoint import check_endpoint, check_region, regional_endpoint
from templatesync.driver import Driver
from templatesync.errors import DeniedError
from templatesync.project import EmulatorSettings, Project, Space
from templatesync.user_settings import UserSettings

if TYPE_CHECKING:
    from templatesync.emulator.app import Emulator

DATABASE = "emulator.db"


@dataclass(frozen=True, slots=True)
class Connection:
    """Where requests go and who signs them, as the command line and the environment say. Holds no secret."""

    profile: str = ""
    endpoint: str = ""
    insecure_endpoint: bool = False
    ecs: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Session:
    """Clients by space name, and the driver that they share."""

    clients: Mapping[str, Client]
    driver: Driver


@contextmanager
def connect(project: Project, spaces: Sequence[Space], connection: Connection) -> Iterator[Session]:
    """A session for some spaces of a project; nothing is sent yet.

    Raises DeniedError when there are no credentials, UsageError for an endpoint that must not be, FindingsError for a
    broken file of the user's own settings.
    """
    with ExitStack() as stack:
        clients = {}
        settings = user_settings.load(connection.environment)
        for space in spaces:
            client = _embedded(project, space, stack) if space.emulator else _remote(space, connection, settings)
            stack.callback(client.close)
            clients[space.name] = client
        yield Session(clients, Driver())


def _embedded(project: Project, space: Space, stack: ExitStack) -> Client:
    """A client whose transport is the emulator in this process: true signing, true decoding, no socket."""
    from templatesync.cams.credentials import emulator_provider
    from templatesync.cams.transport import EmulatorTransport

    emulator = open_emulator(project, space)
    stack.callback(emulator.close)
    return Client(
        endpoint="http://127.0.0.1",
        cust_space_id=space.cust_space_id,
        credentials=emulator_provider(),
        transport=EmulatorTransport(emulator.handle),
        account="",  # an embedded emulator counts no quotas
    )


def _remote(space: Space, connection: Connection, settings: UserSettings) -> Client:
    """A client of the service, or of whatever an endpoint of the user's own choice serves."""
    from templatesync.cams.credentials.chain import find_provider, surroundings
    from templatesync.cams.secret import Secret

    environment = connection.environment
    given = connection.endpoint or environment.get("TEMPLATESYNC_ENDPOINT", "") or settings.endpoint
    region = check_region(space.region)
    endpoint = check_endpoint(given, connection.insecure_endpoint) if given else regional_endpoint(region)
    around = surroundings(region, proxy=settings.proxy or None)
    provider = find_provider(
        around,
        profile=connection.profile or settings.profiles.get(space.name, ""),
        ecs=connection.ecs,
    )
    isv_code = environment.get(space.isv_code_env, "") if space.isv_code_env else ""
    if space.isv_code_env and not isv_code:
        raise DeniedError(f"the variable {space.isv_code_env} that {space.name} names is not set")
    return Client(
        endpoint=endpoint,
        cust_space_id=space.cust_space_id,
        credentials=provider,
        isv_code=Secret(isv_code) if isv_code else None,
        proxy=settings.proxy,
    )


def open_emulator(project: Project, space: Space) -> Emulator:
    """The embedded emulator of a space, on the project's database. The caller closes it."""
    from templatesync.emulator.app import Emulator
    from templatesync.emulator.settings import ModifyApproved, Review, Settings
    from templatesync.journal import private_folder

    private_folder(project.state)
    wanted = space.emulator or EmulatorSettings()
    settings = Settings(
        review=Review(wanted.review), after=wanted.after, modify_approved=ModifyApproved(wanted.modify_approved)
    )
    return Emulator(settings, db=project.state / DATABASE)
