"""The objects in the response to a read of many ids, as the responses to reads of one id each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import msgspec

from spotify.interfaces.operation import Operation
from spotify.interfaces.transport import HttpRequest, HttpResponse

# Headers about the whole body.
_OF_THE_BATCH: Final = frozenset({"content-encoding", "content-length", "content-md5", "etag", "last-modified"})

_decoder = msgspec.json.Decoder(dict[str, list[msgspec.Raw]])


def objects_of(
    operation: Operation, request: HttpRequest, response: HttpResponse
) -> Iterator[tuple[HttpRequest, HttpResponse]]:
    """Yield for each object in a response the request that reads it alone, and the response to that.

    Nothing is yielded for ids that do not exist, for an operation whose objects differ from those that are read alone
    (`Operation.batch_of`), and for a body that is not as documented.
    """
    if operation.batch_of is None or response.status != 200:
        return
    url, _, query = request.url.partition("?")
    parameters = query.split("&")
    ids = [parameter.removeprefix("ids=") for parameter in parameters if parameter.startswith("ids=")]
    others = "&".join(parameter for parameter in parameters if not parameter.startswith("ids="))
    try:
        (bodies,) = _decoder.decode(response.body).values()
        (joined,) = ids
    except ValueError:  # msgspec's errors, too
        return
    headers = {name: value for name, value in response.headers.items() if name not in _OF_THE_BATCH}
    keys = joined.split(",")
    if len(keys) != len(bodies):
        return
    for key, body in zip(keys, bodies, strict=True):
        if key.isalnum() and bytes(body).startswith(b"{"):
            one = replace(request, url=f"{url}/{key}?{others}" if others else f"{url}/{key}")
            yield one, HttpResponse(status=200, headers=headers, body=bytes(body))
