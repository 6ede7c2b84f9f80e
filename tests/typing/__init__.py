"""What type checkers accept and reject."""
