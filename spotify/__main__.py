"""`python -m spotify`: the command line."""

from spotify.cli import main

if __name__ == "__main__":
    main()
