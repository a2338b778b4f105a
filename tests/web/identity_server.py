"""A small identity server in a process of its own: real keys, discovery, tokens; lies on request.

`python -m tests.web.identity_server` prints its address. `POST /next` says how the next ID token
is to be wrong; nothing of the product runs in here.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "trivet-of-norvik", "a secret between two servers"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def published(key: rsa.RSAPrivateKey, kid: str) -> dict[str, Any]:
    found = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    return {**found, "kid": kid, "use": "sig", "alg": "RS256"}


def signed(claims: dict[str, Any], how: dict[str, Any]) -> str:
    """The token, signed as it is wanted."""
    alg, kid = how.get("alg", "RS256"), how.get("kid", "first")
    headers = {"kid": kid} if kid else {}
    if alg == "none":
        return jwt.encode(claims, None, algorithm="none", headers=headers)
    if alg == "HS256":
        pem = KEY.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        # By hand: the library itself refuses to use a public key as a shared secret.
        import hmac

        def part(value: object) -> bytes:
            return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")

        body = part({"alg": "HS256", "typ": "JWT", **headers}) + b"." + part(claims)
        seal = hmac.new(pem, body, hashlib.sha256).digest()
        return (body + b"." + base64.urlsafe_b64encode(seal).rstrip(b"=")).decode()
    token = jwt.encode(
        claims, STRANGER if how.get("stranger") else KEY, algorithm="RS256", headers=headers
    )
    head, body, seal = token.split(".")
    if how.get("swap"):
        other = {**claims, "sub": how["swap"]}
        body = base64.urlsafe_b64encode(json.dumps(other).encode()).rstrip(b"=").decode()
    if how.get("unsigned"):
        seal = ""
    if how.get("cut"):
        return f"{head}.{body}"
    return f"{head}.{body}.{seal}"


class Server(HTTPServer):
    """What it knows: codes given out, and how the next answer is to be wrong."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.codes: dict[str, dict[str, str]] = {}
        self.how: dict[str, Any] = {}


class Handler(BaseHTTPRequestHandler):
    """Discovery, keys, authorization, token, user info."""

    server: Server

    def log_message(self, *args: object) -> None:
        pass

    def _answer(self, told: object, status: int = 200) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        where = urlsplit(self.path)
        asked = {key: values[0] for key, values in parse_qs(where.query).items()}
        me, how = self.server.address, self.server.how
        if where.path == "/.well-known/openid-configuration":
            self._answer(
                {
                    "issuer": how.get("discovery_issuer", me),
                    "authorization_endpoint": f"{me}/authorize",
                    "token_endpoint": f"{me}/token",
                    "userinfo_endpoint": f"{me}/userinfo",
                    "jwks_uri": f"{me}/keys",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                }
            )
        elif where.path == "/keys":
            keys = how.get("keys", [published(KEY, "first")])
            self._answer({"keys": keys})
        elif where.path == "/authorize":
            code = secrets.token_urlsafe(16)
            self.server.codes[code] = asked
            back = asked["redirect_uri"] + "?" + urlencode({"code": code, "state": asked["state"]})
            self.send_response(302)
            self.send_header("Location", back)
            self.end_headers()
        elif where.path == "/userinfo":
            self._answer(how.get("userinfo", {"sub": "subject-of-mira"}))
        else:
            self._answer({}, 404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if self.path == "/next":
            self.server.how = json.loads(body)
            self._answer({})
            return
        sent = {key: values[0] for key, values in parse_qs(body).items()}
        how = self.server.how
        asked = self.server.codes.pop(sent.get("code", ""), None)
        challenge = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        right = (
            asked is not None
            and sent.get("client_secret") == SECRET
            and sent.get("redirect_uri") == asked["redirect_uri"]
            and base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
            == asked.get("code_challenge")
        )
        if how.get("token_status"):
            self._answer({"error": "server_error"}, how["token_status"])
            return
        if not right or asked is None:
            self._answer({"error": "invalid_grant"}, 400)
            return
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.server.address,
            "aud": CLIENT,
            "sub": "subject-of-mira",
            "email": "mira@norvik.example",
            "email_verified": True,
            "iat": now,
            "exp": now + 300,
            "nonce": asked.get("nonce"),
        }
        claims |= how.get("claims", {})
        for key, seconds in how.get("shift", {}).items():
            claims[key] = now + seconds
        for key in how.get("without", []):
            claims.pop(key, None)
        told = {"access_token": "of no use elsewhere", "token_type": "Bearer", "expires_in": 300}
        if not how.get("no_id_token"):
            told["id_token"] = how.get("id_token") or signed(claims, how)
        self._answer(told)


class Identity:
    """The running server, as a test speaks to it."""

    def __init__(self, address: str) -> None:
        self.address = address

    def next(self, **how: Any) -> None:
        """How its answers are to be wrong from now on."""
        asked = urllib.request.Request(f"{self.address}/next", json.dumps(how).encode())
        with urllib.request.urlopen(asked, timeout=5):
            pass

    def authorize(self, address: str) -> str:
        """Do as a browser does: open the address, and give where it is sent back to."""

        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *args: Any, **named: Any) -> None:
                return None

        try:
            urllib.request.build_opener(Stay).open(address, timeout=5)
        except urllib.error.HTTPError as moved:
            return str(moved.headers["Location"])
        raise AssertionError("it did not send anybody back")


@contextmanager
def running() -> Iterator[Identity]:
    """The server in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.web.identity_server"],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        yield Identity(process.stdout.readline().strip())
    finally:
        process.terminate()
        process.wait(timeout=10)


if __name__ == "__main__":
    server = Server()
    sys.stdout.write(f"{server.address}\n")
    sys.stdout.flush()
    server.serve_forever()
