"""The implementations of the protocols in `spotify.interfaces`, one folder per protocol.

`choices` chooses among them by the settings, and `spotify.container` wires them. Begin with `execution`, the loop that
every call runs through. `redis` is shared by the parts that keep their state there.
"""
