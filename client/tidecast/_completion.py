"""What editors and notebooks complete: options as real keywords of the methods that take them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast, get_type_hints

Method = TypeVar("Method", bound=Callable[..., Any])


def completed(keywords: type) -> Callable[[Method], Method]:
    """Return a decorator that gives a method with `**options` the signature and the help of a TypedDict.

    Type checkers read `**options: Unpack[...]`; a notebook asks the running method, which knows no
    more than `**options` without this. Data may be named `df`, as other clients have it.
    """

    def complete(own: Method) -> Method:
        @wraps(own)
        def method(self: Any, *args: Any, **options: Any) -> Any:
            if "df" in options and not args and "data" not in options:
                options["data"] = options.pop("df")
            return own(self, *args, **options)

        signature = inspect.signature(own)
        named = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
        optional = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=..., annotation=kind)
            for name, kind in get_type_hints(keywords).items()
            if name not in signature.parameters
        ]
        method.__signature__ = signature.replace(parameters=[*named, *optional])  # type: ignore[attr-defined]
        about = inspect.cleandoc(keywords.__doc__ or "")
        method.__doc__ = f"{inspect.cleandoc(own.__doc__ or '')}\n\n{about}\n"
        return cast(Method, method)

    return complete
