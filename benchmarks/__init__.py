"""The cost of the library as ratios against a lower bound. Run `python -m benchmarks`."""
