"""The Web API of the sandbox: from a request below `/v1` to a response.

Begin with `web_api.py`. It finds the `Route` of a request, reads its parameters (`arguments.py`) and calls its handler
in `routes/` with a `SandboxCall` (`operations.py`). Errors are `WebApiError`s (`http/errors.py`).
"""
