"""The HTTP side of the sandbox: requests and responses, errors, the request log, the limits on calls, images.

Begin with `request_handler`: it takes a request from the server to its response. `messages` and `errors` have the types
that all other folders use.
"""
