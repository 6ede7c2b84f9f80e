"""Other clients, run against the sandbox."""
