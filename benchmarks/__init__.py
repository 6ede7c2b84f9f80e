"""What the library costs, measured against what cannot be had cheaper. Run `python -m benchmarks`."""
