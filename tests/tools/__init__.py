"""Tests of the tools for playlists and libraries."""
