"""Tests of the client: they mirror the packages of `spotify`."""
