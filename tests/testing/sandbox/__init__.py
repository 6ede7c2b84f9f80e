"""Tests of the embedded Spotify, over real sockets, without the client."""
