"""How a patch takes a function's place."""

import functools


def replace(owner, name):
    """Puts the decorated function, which takes the original first, in the place of `owner.name`."""
    original = getattr(owner, name)

    def place(patch):
        @functools.wraps(original)
        def patched(*args, **kwargs):
            return patch(original, *args, **kwargs)

        setattr(owner, name, patched)
        return patch

    return place


def add(owner):
    """Adds the decorated function, under its own name, as a method of `owner`."""

    def place(function):
        setattr(owner, function.__name__, function)
        return function

    return place
