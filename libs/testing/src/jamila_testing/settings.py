"""Every settings class of the workspace, so that a test cannot forget one."""

import pkgutil
from functools import cache
from importlib import import_module

from pydantic_settings import BaseSettings

PACKAGES = (
    *("intake", "siak_adapter", "review", "signing", "printing", "notifier", "gateway"),
    *("public_page", "jamila_ledger"),
)
"""Of processes that an office runs."""
BESIDE = ("jamila_runtime", "jamila_replay", "jamila_deploy")
"""Of what they share, and of commands."""


@cache
def settings_of(package: str) -> frozenset[type[BaseSettings]]:
    """The settings classes that a package defines."""
    folder = import_module(package)
    found = pkgutil.walk_packages(folder.__path__, f"{package}.")
    modules = [import_module(each.name) for each in found if not each.name.endswith("__main__")]
    return frozenset(
        kind
        for module in modules
        for kind in vars(module).values()
        if isinstance(kind, type)
        and issubclass(kind, BaseSettings)
        and kind.__module__.partition(".")[0] == package
    )


def all_settings() -> frozenset[type[BaseSettings]]:
    """Those of every package."""
    return frozenset().union(*map(settings_of, (*PACKAGES, *BESIDE)))
