"""All text that an error can disclose, for tests that look for secrets in it."""

import traceback


def all_text_of(error):
    """Return the text of an error and its causes, and of all local variables in their frames of the library."""
    lines = []
    while error is not None:
        lines += [repr(error), str(error), repr(vars(error)), repr(error.args)]
        for frame, _ in traceback.walk_tb(error.__traceback__):
            if "/spotify/" in frame.f_code.co_filename and "/tests/" not in frame.f_code.co_filename:
                lines += [f"{name}={_safe_repr(value)}" for name, value in frame.f_locals.items()]
        error = error.__cause__ or error.__context__
    return "\n".join(lines)


def _safe_repr(value):
    """Return the `repr`, or that of `object`: an object whose constructor raised may lack attributes of its `repr`."""
    try:
        return repr(value)
    except AttributeError:
        return object.__repr__(value)
