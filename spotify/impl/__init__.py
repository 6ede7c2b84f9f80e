"""The implementations of the protocols in `spotify.interfaces`, one folder per protocol.

`spotify.container` chooses among them. Begin with `execution`, the loop that every call runs through. `redis` is shared
by the parts that keep their state there.
"""
