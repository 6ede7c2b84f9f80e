"""Proof Key for Code Exchange (RFC 7636), as Spotify has it: S256 alone."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from typing import Final

# The base64url form of 32 bytes, and the unreserved characters of a URI.
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def is_challenge(text: str) -> bool:
    """Whether S256 can have made this."""
    return _CHALLENGE.fullmatch(text) is not None


def is_verifier(text: str) -> bool:
    """Whether this has the length and the characters that a verifier must have."""
    return _VERIFIER.fullmatch(text) is not None


def matches(verifier: str, challenge: str) -> bool:
    """Whether `challenge` was made from `verifier`."""
    made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(made, challenge.encode())
