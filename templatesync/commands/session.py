"""Opening the way to spaces: for each a client, over the network or to an embedded emulator. Knows no kind, no plan.

Endpoints, credentials and proxies come from flags, the environment and the user's own configuration, never from the
project: a pull request must not be able to send signed requests elsewhere.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from templatesync.model.errors import DeniedError, LocalError
from templatesync.project import user_settings
from templatesync.project.settings import EmulatorSettings, Project, Space
from templatesync.project.user_settings import UserSettings
from templatesync.service.client import Client
from templatesync.service.driver.driver import Driver
from templatesync.service.endpoint import check_endpoint, check_region, regional_endpoint
from templatesync.service.reader import Reader
from templatesync.storage.checkout import inside_checkout
from templatesync.storage.user_dirs import cache_folder

if TYPE_CHECKING:
    from templatesync.emulator.app import Emulator
    from templatesync.service.credentials import Provider
    from templatesync.service.http import Network

DATABASE = "emulator.db"


def open_emulator(project: Project, space: Space) -> Emulator:
    """The embedded emulator of a space, on the project's database. The caller closes it."""
    from templatesync.emulator.app import Emulator
    from templatesync.emulator.settings import ModifyApproved, Review, Settings
    from templatesync.emulator.store.database import StoreError
    from templatesync.storage.private import private_folder

    private_folder(project.state)
    wanted = space.emulator or EmulatorSettings()
    settings = Settings(
        review=Review(wanted.review), after=wanted.after, modify_approved=ModifyApproved(wanted.modify_approved)
    )
    try:
        return Emulator(settings, db=project.state / DATABASE)
    except StoreError as error:
        raise LocalError(str(error), hint="delete it to begin anew: only an emulator lives there") from None


@dataclass(frozen=True, slots=True)
class Edges:
    """What a session touches that is no value: the clock (epoch seconds), who waits, the emulator of a space, and what
    time has passed since some moment, which nobody can set.

    A test brings its own, so that a pause of an hour takes no time and an emulator can be told to misbehave.
    """

    clock: Callable[[], float] = time.time
    driver: Callable[[], Driver] = Driver
    emulator: Callable[[Project, Space], Emulator] = open_emulator
    elapsed: Callable[[], float] = time.monotonic

    def steady(self) -> Callable[[], float]:
        """The clock as it is now, going on evenly: setting it makes no wait shorter or longer, nor two looks further
        apart than they are."""
        began = self.clock() - self.elapsed()
        return lambda: began + self.elapsed()


def _raised(error: Exception) -> None:
    raise error


@dataclass(frozen=True, slots=True)
class Connection:
    """Where requests go and who signs them, as the command line and the environment say. Holds no secret.

    `broke` is told of a defect in what is done beside the work, such as keeping what was learned: the work counts.
    """

    profile: str = ""
    endpoint: str = ""
    insecure_endpoint: bool = False
    ecs: bool = False
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    edges: Edges = Edges()
    broke: Callable[[Exception], None] = _raised


@dataclass(frozen=True, slots=True)
class Session:
    """Clients by space name, and the driver that they share. Spaces in `denied` have no credentials and no client.

    `clients` can only read. `writers` can write, and there are none but in a session that was opened to write.
    """

    clients: Mapping[str, Reader]
    driver: Driver
    denied: Mapping[str, DeniedError] = field(default_factory=dict)
    writers: Mapping[str, Client] = field(default_factory=dict)
    clock: Callable[[], float] = time.time


@contextmanager
def connect(
    project: Project,
    spaces: Sequence[Space],
    connection: Connection,
    *,
    partly: bool = False,
    keep_raw: bool = False,
    writes: bool = False,
) -> Iterator[Session]:
    """A session for some spaces of a project; nothing is sent yet. Without `writes` nothing can be written in it.

    Raises DeniedError when there are no credentials, UsageError for an endpoint that must not be, FindingsError for a
    broken file of the user's own settings. With `partly`, spaces without credentials are told by the session instead.
    With `keep_raw`, answers keep their bodies as they came.
    """
    with ExitStack() as stack:
        clients: dict[str, Client] = {}
        denied: dict[str, DeniedError] = {}
        own = user_settings.load(connection.environment, project.root)
        remote = _Remote(connection, own, project.root, stack, keep_raw)
        for space in spaces:
            embedded = space.emulator is not None
            try:
                if embedded:
                    client = _embedded(project, space, connection.edges, stack, keep_raw)
                else:
                    client = remote.client(space)
            except DeniedError as error:
                if not partly:
                    raise
                denied[space.name] = error
                continue
            stack.callback(client.close)
            clients[space.name] = client
        driver = connection.edges.driver()
        stack.enter_context(_learning(driver, {client.account for client in clients.values()}, project, connection))
        readers = {name: Reader(client) for name, client in clients.items()}
        yield Session(readers, driver, denied, clients if writes else {}, connection.edges.clock)


@contextmanager
def _learning(driver: Driver, accounts: Set[str], project: Project, connection: Connection) -> Iterator[None]:
    """Begin at the rates that earlier runs learned of these accounts, and write down what this one learns."""
    counted = accounts - {""}
    if not counted:
        yield
        return
    from templatesync.commands.learned_rates import LearnedRates

    rates = LearnedRates(cache_folder(connection.environment), project.root, connection.edges.clock)
    try:
        driver.remember(rates.of(counted))
    except Exception as error:
        connection.broke(error)
    try:
        yield
    finally:
        try:
            rates.keep(driver.learned)
        except Exception as error:
            connection.broke(error)


def _embedded(project: Project, space: Space, edges: Edges, stack: ExitStack, keep_raw: bool) -> Client:
    """A client whose transport is the emulator in this process: true signing, true decoding, no socket."""
    from templatesync.service.credentials import emulator_provider
    from templatesync.service.transport import EmulatorTransport

    emulator = edges.emulator(project, space)
    stack.callback(emulator.close)
    return Client(
        endpoint="http://127.0.0.1",
        cust_space_id=space.cust_space_id,
        credentials=emulator_provider(),
        transport=EmulatorTransport(emulator.handle),
        account="",  # an embedded emulator counts no quotas
        keep_raw=keep_raw,
        clock=edges.clock,
    )


class _Remote:
    """Clients of the service, or of whatever an endpoint of the user's own choice serves.

    Hundreds of spaces of one account share its connections, and its credentials: a role is assumed once.
    """

    def __init__(
        self, connection: Connection, settings: UserSettings, root: Path, stack: ExitStack, keep_raw: bool
    ) -> None:
        self._connection = connection
        self._settings = settings
        self._root = root
        self._stack = stack
        self._keep_raw = keep_raw
        self._providers: dict[tuple[str, str], Provider] = {}

    @cached_property
    def _network(self) -> Network:
        from templatesync.service.http import Network

        network = Network(proxy=self._settings.proxy or None)
        self._stack.callback(network.close)
        return network

    def client(self, space: Space) -> Client:
        """The client of one space."""
        from templatesync.service.secret import Secret

        environment = self._connection.environment
        region = check_region(space.region)
        isv_code = environment.get(space.isv_code_env, "") if space.isv_code_env else ""
        if space.isv_code_env and not isv_code:
            raise DeniedError(f"the variable {space.isv_code_env} that {space.name} names is not set")
        return Client(
            endpoint=self._endpoint(region),
            cust_space_id=space.cust_space_id,
            credentials=self._provider(space, region),
            isv_code=Secret(isv_code) if isv_code else None,
            network=self._network,
            keep_raw=self._keep_raw,
            clock=self._connection.edges.clock,
        )

    def _endpoint(self, region: str) -> str:
        connection = self._connection
        given = (
            connection.endpoint or connection.environment.get("TEMPLATESYNC_ENDPOINT", "") or self._settings.endpoint
        )
        return check_endpoint(given, connection.insecure_endpoint) if given else regional_endpoint(region)

    def _provider(self, space: Space, region: str) -> Provider:
        from templatesync.service.credentials.chain import find_provider, surroundings

        profile = self._connection.profile or self._settings.profiles.get(space.name, "")
        known = self._providers.get((profile, region))
        if known is None:
            around = surroundings(
                region,
                proxy=self._settings.proxy or None,
                clock=self._connection.edges.clock,
                in_checkout=self._in_checkout,
            )
            known = find_provider(around, profile=profile, ecs=self._connection.ecs)
            self._providers[(profile, region)] = known
        return known

    def _in_checkout(self, file: Path) -> bool:
        try:
            return inside_checkout(file, self._root)
        except (OSError, ValueError, RuntimeError):  # nobody can say where it leads
            return True
