"""The default transport, over aiohttp. It sets the `User-Agent`, limits body sizes and follows no redirects."""
