"""Where credentials come from: environment, profiles, roles. Knows no operation of the service and no kind."""

from templatesync.service.credentials.base import Credentials, Provider, StaticProvider, emulator_provider
from templatesync.service.credentials.chain import find_provider, surroundings
from templatesync.service.credentials.profile import Surroundings

__all__ = [
    "Credentials",
    "Provider",
    "StaticProvider",
    "Surroundings",
    "emulator_provider",
    "find_provider",
    "surroundings",
]
