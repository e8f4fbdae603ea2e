"""Columns of values, each as one parameter."""

from __future__ import annotations

import json
from collections.abc import Sequence

import psycopg

Column = Sequence[str | int | None]
_BETWEEN = "\x1f"  # no JSON text has it, in its strings neither
_JSON = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(_BETWEEN, ":"))


def arrays(columns: Sequence[Column]) -> list[bytes]:
    """Arrays as PostgreSQL writes them (manual, section 8.15.6), all of them written at once.

    JSON's spelling is the same, down to the quotes, but for its brackets and its names for control characters; where
    one of those is in a text, each is spelt out. Raises `psycopg.DataError` for what no text there can hold.
    """
    text = _JSON.encode(columns)
    if "\\" in text and "\\" in text.replace("\\\\", "").replace('\\"', ""):
        return [_spelt_out(column) for column in columns]
    arrays = "{" + text[2:-2].replace(f"]{_BETWEEN}[", "}\0{").replace(_BETWEEN, ",") + "}"
    return arrays.encode().split(b"\0")


def _spelt_out(column: Column) -> bytes:
    return ("{" + ",".join("null" if value is None else _quoted(str(value)) for value in column) + "}").encode()


def _quoted(text: str) -> str:
    if "\0" in text:
        raise psycopg.DataError("PostgreSQL's text cannot contain NUL")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
