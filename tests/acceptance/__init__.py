"""Programs of others, run against the sandbox."""
