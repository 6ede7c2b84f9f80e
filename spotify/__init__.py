"""A typed, asynchronous client for the Spotify Web API."""
