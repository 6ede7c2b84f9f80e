"""What comes to light of an error."""

import traceback


def everything_in(error):
    """All that a traceback with locals shows of the library, and all that hangs on the error and its causes."""
    shown = []
    while error is not None:
        shown += [repr(error), str(error), repr(vars(error)), repr(error.args)]
        for frame, _ in traceback.walk_tb(error.__traceback__):
            if "/spotify/" in frame.f_code.co_filename and "/tests/" not in frame.f_code.co_filename:
                shown += [f"{name}={_safe_repr(value)}" for name, value in frame.f_locals.items()]
        error = error.__cause__ or error.__context__
    return "\n".join(shown)


def _safe_repr(value):
    """As those who render tracebacks do it: an object whose constructor raised may not know how to show itself."""
    try:
        return repr(value)
    except AttributeError:
        return object.__repr__(value)
