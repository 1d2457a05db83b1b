"""Values that are worked out when they are first asked for, and then kept with their object."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

Owner = TypeVar("Owner")
Value = TypeVar("Value")


class kept_property(Generic[Owner, Value]):  # noqa: N801 - a decorator, as functools.cached_property
    """As `functools.cached_property`, without the lock that it takes before Python 3.12: credits come by millions.

    Two threads that ask at once may both work it out, and get equal values.
    """

    def __init__(self, make: Callable[[Owner], Value]) -> None:
        self._make = make
        self._name = make.__name__
        self.__doc__ = make.__doc__

    @overload
    def __get__(self, instance: None, owner: Any = None) -> kept_property[Owner, Value]: ...

    @overload
    def __get__(self, instance: Owner, owner: Any = None) -> Value: ...

    def __get__(self, instance: Owner | None, owner: Any = None) -> Value | kept_property[Owner, Value]:
        if instance is None:
            return self
        value = instance.__dict__[self._name] = self._make(instance)
        return value
