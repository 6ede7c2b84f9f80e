"""The player's operations: responses and errors."""
