"""Engines for many objects: batches of reads, writes of several requests, the library, playlist items.

The services validate arguments and call these functions. Begin with `writes.py` and `reads.py`;
`in_batches` in `batches.py` splits ids and URIs into requests.
"""
