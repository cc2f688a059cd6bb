"""A placeholder for TensorFlow.

Rasa 3.6 imports TensorFlow in every process although only its neural components use it. This package satisfies the
imports (names of any depth, base classes, type hints) at no cost; calling any of it raises NeuralExtraMissing.
"""

import importlib.abc
import importlib.machinery
import sys
from types import ModuleType
from typing import Any

STANDS_FOR = ("tensorflow", "tensorflow_hub", "tensorflow_text", "tensorflow_addons", "keras")


class NeuralExtraMissing(ImportError):
    """A neural Rasa component was used, but this installation has no TensorFlow."""


class _Name(type):
    """A dotted name below one of the packages: it can be inherited from, annotated with, and looked into."""

    def __getattr__(cls, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return _named(f"{cls.__module__}.{cls.__name__}", name)

    def __call__(cls, *args: object, **kwargs: object) -> Any:
        raise NeuralExtraMissing(
            f"{cls.__module__}.{cls.__name__} needs TensorFlow, which Nutmeg leaves out. "
            "Install the extra 'neural' (docs/developers.md, 'Neural components') or use a pipeline without it."
        )


def _named(parent: str, name: str) -> type:
    return _Name(name, (), {"__module__": parent})


class _PlaceholderModule(ModuleType):
    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        found = _named(self.__name__, name)
        setattr(self, name, found)
        return found


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Makes a module of any name below the packages that this distribution stands for."""

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> Any:
        if fullname.split(".")[0] not in STANDS_FOR:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _PlaceholderModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""


sys.meta_path.append(_Finder())
for _package in STANDS_FOR:
    if _package in sys.modules:
        sys.modules[_package].__class__ = _PlaceholderModule
