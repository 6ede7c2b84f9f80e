"""Redis: the connection, the fenced lock and the Lua scripts that other parts use.

Begin with `connection`, which runs the scripts in `scripts/`.
"""
