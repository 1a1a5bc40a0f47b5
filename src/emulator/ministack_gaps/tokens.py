"""JSON Web Tokens of those who call HTTP APIs.

A token that says where its issuer's keys are (`jku`) is judged by those where they are on this machine: so a
rehearsal needs no token of the real issuer. AWS finds keys by the authorizer's issuer alone.
"""

import hashlib
import json
import re

from ministack.services import apigateway

from .tools import replace

# What stands before a SHA-256 in a signature (RFC 8017, 9.2).
SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")
HERE = re.compile(r"http://127\.0\.0\.1:\d+/")


def number(text):
    return int.from_bytes(apigateway._b64url_decode(text), "big")


@replace(apigateway, "_verify_rs256_signature")
def verify_signature(original, token, key):
    try:
        signed, _, signature = token.rpartition(".")
        modulus, exponent = number(key["n"]), number(key["e"])
        length = (modulus.bit_length() + 7) // 8
        found = pow(number(signature), exponent, modulus).to_bytes(length, "big")
    except (KeyError, ValueError):
        return False
    digest = SHA256 + hashlib.sha256(signed.encode()).digest()
    return found == b"\x00\x01" + b"\xff" * (length - len(digest) - 3) + b"\x00" + digest


def keys_here(token):
    """Where a token says that its issuer's keys are, if that is on this machine."""
    try:
        keys = json.loads(apigateway._b64url_decode((token or "").split(".")[0])).get("jku")
    except (AttributeError, ValueError):
        return None
    return keys if isinstance(keys, str) and HERE.match(keys) else None


@replace(apigateway, "_validate_jwt_authorizer")
async def validate(original, route, authorizer, headers, query_params):
    sources = authorizer.get("identitySource", [])
    token = apigateway._extract_token_from_identity_source(sources, headers, query_params)
    return await original(route, {**authorizer, "keysHere": keys_here(token)}, headers, query_params)


@replace(apigateway, "_resolve_jwks_url")
async def keys_of(original, authorizer):
    return authorizer.get("keysHere") or await original(authorizer)
