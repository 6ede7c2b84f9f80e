"""Rows as a data frame of polars, pandas or pyarrow, which are not dependencies of this library."""
# They need not be installed where this file is checked, and not all of them have types.
# pyright: reportMissingImports=false, reportMissingTypeStubs=false, reportMissingModuleSource=false
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from spotify.models import SpotifyModel
from spotify.rows import to_rows

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa


def to_polars(models: Iterable[SpotifyModel | None], columns: Iterable[str] | None = None) -> pl.DataFrame:
    """Return `to_rows` as a polars DataFrame.

    Raises:
        ImportError: polars is not installed.
        TypeError: An object has no row.
        ValueError: There is no such column.
    """
    import polars as pl

    return pl.DataFrame(to_rows(models, columns), infer_schema_length=None)


def to_pandas(models: Iterable[SpotifyModel | None], columns: Iterable[str] | None = None) -> pd.DataFrame:
    """Return `to_rows` as a pandas DataFrame.

    Raises:
        ImportError: pandas is not installed.
        TypeError: An object has no row.
        ValueError: There is no such column.
    """
    import pandas as pd

    return pd.DataFrame(to_rows(models, columns))


def to_arrow(models: Iterable[SpotifyModel | None], columns: Iterable[str] | None = None) -> pa.Table:
    """Return `to_rows` as a pyarrow Table.

    Raises:
        ImportError: pyarrow is not installed.
        TypeError: An object has no row.
        ValueError: There is no such column.
    """
    import pyarrow as pa

    return pa.Table.from_pylist(to_rows(models, columns))
