"""Redis: the connection, the circuit breaker, the fenced lock and the Lua scripts that other parts use."""
