"""How a simulated nexo terminal opens and seals messages, after Adyen's documentation; knows nothing of ours."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, hmac, padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

PASSPHRASE, KEY, VERSION = "simulated shop", "simkey", 1


class Lock:
    """One shared key. `open` raises `ValueError` where a message was not sealed with it."""

    def __init__(self, passphrase: str = PASSPHRASE) -> None:
        derived = PBKDF2HMAC(hashes.SHA1(), 80, b"AdyenNexoV1Salt", 4000).derive(passphrase.encode("ascii"))  # noqa: S303
        self._hmac, self._aes, self._iv = derived[0:32], derived[32:64], derived[64:80]

    def open(self, said: dict[str, object]) -> bytes:
        """The message inside a secured one."""
        trailer, blob = said["SecurityTrailer"], said["NexoBlob"]
        if not isinstance(trailer, dict) or not isinstance(blob, str):
            raise ValueError("no secured message")  # noqa: TRY004 - a message that is wrong, not a call
        if (trailer["KeyIdentifier"], trailer["KeyVersion"], trailer["AdyenCryptoVersion"]) != (KEY, VERSION, 1):
            raise ValueError("another key")
        worker = self._cipher(b64decode(trailer["Nonce"])).decryptor()
        padded = worker.update(b64decode(blob)) + worker.finalize()
        strip = padding.PKCS7(128).unpadder()
        plain = strip.update(padded) + strip.finalize()
        self._check(plain, b64decode(trailer["Hmac"]))
        return plain

    def seal(self, plain: dict[str, object], nonce: bytes) -> dict[str, object]:
        (name, content), *_ = plain.items()
        data = json.dumps(plain).encode("ascii")
        fill = padding.PKCS7(128).padder()
        worker = self._cipher(nonce).encryptor()
        blob = worker.update(fill.update(data) + fill.finalize()) + worker.finalize()
        maker = hmac.HMAC(self._hmac, hashes.SHA256())
        maker.update(data)
        trailer = {
            "AdyenCryptoVersion": 1,
            "Hmac": b64encode(maker.finalize()).decode(),
            "KeyIdentifier": KEY,
            "KeyVersion": VERSION,
            "Nonce": b64encode(nonce).decode(),
        }
        header = content["MessageHeader"] if isinstance(content, dict) else {}
        return {name: {"MessageHeader": header, "NexoBlob": b64encode(blob).decode(), "SecurityTrailer": trailer}}

    def _cipher(self, nonce: bytes) -> Cipher[modes.CBC]:
        mixed = int.from_bytes(self._iv, "big") ^ int.from_bytes(nonce, "big")
        return Cipher(algorithms.AES(self._aes), modes.CBC(mixed.to_bytes(16, "big")))

    def _check(self, plain: bytes, told: bytes) -> None:
        checker = hmac.HMAC(self._hmac, hashes.SHA256())
        checker.update(plain)
        try:
            checker.verify(told)
        except InvalidSignature as e:
            raise ValueError("another key") from e
