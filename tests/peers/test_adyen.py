"""Adyen's own library for Node opens what we seal, and we open what it seals.

It is no part of the project: the environment variable ADYEN_LIBRARY names the folder of its unpacked npm package.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from kiosk.errors import WrongKey
from kiosk.protocols.nexo import sealing
from kiosk.protocols.nexo.request import request

CRYPTO = Path(os.environ.get("ADYEN_LIBRARY", "")) / "lib/src/security/nexoCrypto.js"
NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(
    NODE is None or not CRYPTO.is_file(),
    reason="Adyen's library or Node is not here: set ADYEN_LIBRARY to the folder of its npm package",
)
ASK = request("V400m-123456789", "42").partition(b"\r\n\r\n")[2].decode()
KEY = {"Passphrase": "correct horse battery", "KeyIdentifier": "shopkey", "KeyVersion": 3, "AdyenCryptoVersion": 1}
SCRIPT = """
const crypto = require(process.argv[1]).default;
const {message, sealed, key} = JSON.parse(require("fs").readFileSync(0, "utf-8"));
const header = JSON.parse(message).SaleToPOIRequest.MessageHeader;
process.stdout.write(JSON.stringify({
  opened: new crypto().decrypt(sealed, key), sealed: crypto.encrypt(header, message, key)}));
"""


def test_both_libraries_understand_each_other() -> None:
    keys = sealing.keys_of(KEY["Passphrase"])
    ours = json.loads(sealing.seal(ASK.encode(), keys, "shopkey", 3, os.urandom(16)))["SaleToPOIRequest"]
    said = json.dumps({"message": ASK, "sealed": ours, "key": KEY})
    ran = subprocess.run([NODE, "-e", SCRIPT, str(CRYPTO)], input=said, capture_output=True, text=True, check=True)
    told = json.loads(ran.stdout)
    assert told["opened"] == ASK
    theirs = json.dumps({"SaleToPOIRequest": told["sealed"]}).encode()
    assert sealing.unseal(theirs, keys, "shopkey", 3).decode() == ASK
    with pytest.raises(WrongKey):
        sealing.unseal(theirs, sealing.keys_of("another"), "shopkey", 3)
