"""Sealed nexo messages as Adyen's terminals take them on the LAN; pure: the nonce comes from the caller.

Adyen's documentation (protecting local communications) and its published libraries: 80 bytes by PBKDF2-HMAC-SHA1 over
the passphrase, 4000 rounds, are a MAC key, a cipher key and an initialisation vector. The message goes by AES-256-CBC
with PKCS#7 padding into `NexoBlob`, the vector XORed with a nonce; `Hmac` is HMAC-SHA256 over the message before that.
Header and trailer stay readable.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from functools import lru_cache

import msgspec
from msgspec import Raw, Struct
from msgspec import field as named

from kiosk.errors import Garbled, WrongKey
from kiosk.model.wire import NOT_READABLE

SALT = b"AdyenNexoV1Salt"
ROUNDS = 4000
NONCE = 16
VERSION = 1  # AdyenCryptoVersion


@dataclass(frozen=True, slots=True)
class Keys:
    mac: bytes = field(repr=False)
    cipher: bytes = field(repr=False)
    vector: bytes = field(repr=False)


@lru_cache(maxsize=8)
def keys_of(passphrase: str) -> Keys:
    material = hashlib.pbkdf2_hmac("sha1", passphrase.encode("latin-1", "replace"), SALT, ROUNDS, 80)
    return Keys(material[:32], material[32:64], material[64:])


class Trailer(Struct, frozen=True):
    version: int = named(name="AdyenCryptoVersion")
    key: str = named(name="KeyIdentifier")
    key_version: int = named(name="KeyVersion")
    nonce: str = named(name="Nonce")
    mac: str = named(name="Hmac")


class Sealed(Struct, frozen=True):
    header: Raw = named(name="MessageHeader")
    blob: str = named(name="NexoBlob")
    trailer: Trailer = named(name="SecurityTrailer")


class _Message(Struct, frozen=True):
    header: Raw = named(name="MessageHeader")


class _Envelope(Struct, frozen=True):
    response: Raw | msgspec.UnsetType = named(name="SaleToPOIResponse", default=msgspec.UNSET)
    request: Raw | msgspec.UnsetType = named(name="SaleToPOIRequest", default=msgspec.UNSET)


def seal(message: bytes, keys: Keys, key: str, key_version: int, nonce: bytes) -> bytes:
    """The same message sealed; `nonce` are 16 random bytes, another for each message."""
    envelope = msgspec.json.decode(message, type=_Envelope)
    name, inner = _body(envelope)
    header = msgspec.json.decode(inner, type=_Message).header
    mac = b64encode(hmac.digest(keys.mac, message, "sha256")).decode()
    trailer = Trailer(VERSION, key, key_version, b64encode(nonce).decode(), mac)
    blob = b64encode(_crypt(message, keys, nonce, seals=True)).decode()
    return msgspec.json.encode({name: Sealed(header, blob, trailer)})


def is_sealed(body: bytes) -> bool:
    try:
        _, inner = _body(msgspec.json.decode(body, type=_Envelope))
        msgspec.json.decode(inner, type=Sealed)
    except (Garbled, *NOT_READABLE):
        return False
    return True


def unseal(body: bytes, keys: Keys, key: str, key_version: int) -> bytes:
    """The message in it. Raises `WrongKey` where it was sealed with another key or changed on its way."""
    try:
        _, inner = _body(msgspec.json.decode(body, type=_Envelope))
        sealed = msgspec.json.decode(inner, type=Sealed)
        header = msgspec.json.decode(sealed.header)
        nonce, blob, mac = (b64decode(part) for part in (sealed.trailer.nonce, sealed.blob, sealed.trailer.mac))
    except (ValueError, *NOT_READABLE) as e:
        raise Garbled("The terminal seals its answer in another way.") from e
    trailer = sealed.trailer
    if trailer.version != VERSION or len(nonce) != NONCE or not blob or len(blob) % 16:
        raise Garbled("The terminal seals its answer in another way.")
    if (trailer.key, trailer.key_version) != (key, key_version):
        raise WrongKey(f"The terminal uses the key {trailer.key[:40]}, version {trailer.key_version}.")
    message = _crypt(blob, keys, nonce, seals=False)
    if not hmac.compare_digest(mac, hmac.digest(keys.mac, message, "sha256")):
        raise WrongKey("The terminal's answer does not open with this key.")
    if _header(message) != header:
        raise WrongKey("The terminal's answer was changed on its way.")
    return message


def _body(envelope: _Envelope) -> tuple[str, Raw]:
    for name, inner in (("SaleToPOIRequest", envelope.request), ("SaleToPOIResponse", envelope.response)):
        if isinstance(inner, Raw):
            return name, inner
    raise Garbled("The terminal answers over HTTP, but not in nexo's form.")


def _header(message: bytes) -> object:
    """Of the message itself: what stands readable beside it could be anybody's."""
    try:
        _, inner = _body(msgspec.json.decode(message, type=_Envelope))
        return msgspec.json.decode(msgspec.json.decode(inner, type=_Message).header)
    except NOT_READABLE as e:
        raise Garbled("What the terminal sealed is no message.") from e


def _crypt(data: bytes, keys: Keys, nonce: bytes, *, seals: bool) -> bytes:
    """Padding that is wrong is left to the MAC to find."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    vector = bytes(a ^ b for a, b in zip(keys.vector, nonce, strict=True))
    cipher = Cipher(algorithms.AES256(keys.cipher), modes.CBC(vector))
    if seals:
        filling = 16 - len(data) % 16
        sealer = cipher.encryptor()
        return sealer.update(data + bytes([filling]) * filling) + sealer.finalize()
    opener = cipher.decryptor()
    opened = opener.update(data) + opener.finalize()
    filling = opened[-1]
    whole = 0 < filling <= 16 and opened.endswith(bytes([filling]) * filling)
    return opened[:-filling] if whole else opened
