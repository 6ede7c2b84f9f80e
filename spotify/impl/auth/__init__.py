"""The auth providers."""
