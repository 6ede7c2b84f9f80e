"""All text that an error can disclose, for tests that look for secrets in it."""

import traceback
from pathlib import Path

_TESTS = str(Path(__file__).parents[1])


def all_text_of(error):
    """Return all that error reporters show of an error, of its causes, contexts, notes and members.

    They show the `repr` of each local variable in each frame. The frames of tests are left out: an application's own
    variables are its own. Those of this library, and of the libraries that it uses, are included.
    """
    return "\n".join(line for each in errors_behind(error) for line in _lines_of(each))


def errors_behind(error):
    """Return an error with all errors that it refers to: causes, contexts, and the members of groups."""
    found, remaining = [], [error]
    while remaining:
        each = remaining.pop()
        if each is None or any(each is other for other in found):
            continue
        found.append(each)
        remaining += [each.__cause__, each.__context__, *getattr(each, "exceptions", ())]
    return found


def _lines_of(error):
    yield from (repr(error), str(error), _safe_repr(error.args), _safe_repr(vars(error)))
    yield from getattr(error, "__notes__", ())
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if not frame.f_code.co_filename.startswith(_TESTS):
            yield from (
                f"{frame.f_code.co_qualname}: {name}={_safe_repr(value)}" for name, value in frame.f_locals.items()
            )


def _safe_repr(value):
    """Return the `repr`, or that of `object`: an object whose constructor raised may lack attributes of its `repr`."""
    try:
        return repr(value)
    except AttributeError:
        return object.__repr__(value)
