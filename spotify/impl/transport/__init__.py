"""The default transport, over aiohttp. It sets the `User-Agent`, limits body sizes and follows no redirects.

Begin with `aiohttp_transport`. `connections` keeps sessions; `response_reading` limits and decompresses responses.
"""
