"""What happens in a call, from its arguments to its result. Begin with `executor`, the loop.

`requests` builds the request, `refusals` reads error responses and `Retry-After`, `retry` decides on another attempt,
`call_state` holds the state of the call, and `components` the auth provider, the cache and what all executors share.
"""
