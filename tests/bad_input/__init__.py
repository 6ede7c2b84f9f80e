"""Invalid arguments of every public method."""
