"""A device that keeps passkeys, in a few lines: what a browser would send of it."""

import json
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_bytes
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url as text
from webauthn.helpers import encode_cbor

PRESENT, MADE = 0x01, 0x40


@dataclass(slots=True)
class Device:
    """A device at an address, with one passkey; tests change what it says."""

    name: str = "people.example"
    origin: str = "https://people.example"
    count: int = 0
    flags: int = PRESENT
    credential_id: bytes = field(default_factory=lambda: token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def makes(self, challenge: bytes) -> str:
        """Return the answer to a request for a new passkey."""
        numbers = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        public = encode_cbor({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        length = len(self.credential_id).to_bytes(2, "big")
        made = self._state(MADE) + bytes(16) + length + self.credential_id + public
        attested = encode_cbor({"fmt": "none", "attStmt": {}, "authData": made})
        told = self._told("webauthn.create", challenge)
        return self._answer(clientDataJSON=told, attestationObject=attested, transports=["usb"])

    def shows(self, challenge: bytes) -> str:
        """Return the answer to a request for this passkey; its count goes up."""
        self.count += 1
        told, state = self._told("webauthn.get", challenge), self._state(0)
        signature = self.key.sign(state + sha256(told).digest(), ec.ECDSA(SHA256()))
        return self._answer(clientDataJSON=told, authenticatorData=state, signature=signature)

    def _state(self, more: int) -> bytes:
        flags = bytes([self.flags | more])
        return sha256(self.name.encode()).digest() + flags + self.count.to_bytes(4, "big")

    def _told(self, kind: str, challenge: bytes) -> bytes:
        said = {"type": kind, "challenge": text(challenge), "origin": self.origin}
        return json.dumps(said).encode()

    def _answer(self, **response: Any) -> str:
        said = {
            name: text(part) if isinstance(part, bytes) else part for name, part in response.items()
        }
        own = text(self.credential_id)
        return json.dumps({"id": own, "rawId": own, "type": "public-key", "response": said})
