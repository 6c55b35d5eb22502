"""Rasa without TensorFlow: what serves our models needs none of it.

Rasa imports it at its very beginning, for components that none of our models has: 7 of the 12
seconds of a start, and a third of the memory. In its place stand names that can be imported,
inherited from and mentioned in annotations; whatever would compute with them is an error.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from types import ModuleType
from typing import Any

_PACKAGES = frozenset({"tensorflow", "keras"})


class _Absent(type):
    """The class of every name: attributes are names too, a call as of a decorator gives one."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _named(f"{cls.__name__}.{name}")

    def __call__(cls, *arguments: Any, **options: Any) -> Any:
        if cls.__dict__.get("__module__") != __name__:  # a class of Rasa's own, inheriting a name
            return super().__call__(*arguments, **options)
        raise RuntimeError(f"{cls.__name__} was called, and TensorFlow is not loaded here")


def _named(name: str) -> _Absent:
    return _Absent(name, (), {"__module__": __name__})


class _AbsentModule(ModuleType):
    """A module all of whose attributes are there, by name only."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        found = _named(f"{self.__name__}.{name}")
        setattr(self, name, found)
        return found


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds TensorFlow and everything inside it, as modules of names."""

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:
        """Returns where such a module comes from: from here."""
        if fullname.partition(".")[0] not in _PACKAGES:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """Returns the module, empty but for its name."""
        return _AbsentModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Does nothing: a module's names come into being when they are asked for."""


def leave_tensorflow_out() -> None:
    """Has this process import no TensorFlow; does nothing where it is imported already."""
    if not _PACKAGES & set(sys.modules):
        sys.meta_path.insert(0, _Finder())
