"""Every argument of every public method, given everything but what it should be."""
