"""The implementations of the protocols, one a file. Only the container names them."""
