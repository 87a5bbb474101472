# SPDX-License-Identifier: Apache-2.0
"""A certificate as openssl sees it."""

import calendar
import re
import ssl
import subprocess
import tempfile
import time
from dataclasses import dataclass

from lab import der

AUTHORITY_KEY = bytes.fromhex("0603551d23")
"""The object identifier of the extension that names the CA's key, and the CA's serial number with it."""

VERSION_TAG = 0xA0


@dataclass
class Certificate:
    not_before: float
    not_after: float
    serial: str
    fields: dict[str, bytes]
    """What a renewal must keep, byte for byte: all but serial number, dates, signature and authority key identifier."""

    def is_valid_at(self, moment):
        return self.not_before <= moment <= self.not_after


def read(pem):
    text = subprocess.run(["openssl", "x509", "-noout", "-dates", "-serial"],
                          input=pem, capture_output=True, text=True, check=True).stdout
    return Certificate(not_before=_date(_field(text, "notBefore")), not_after=_date(_field(text, "notAfter")),
                       serial=_field(text, "serial"), fields=_fields(ssl.PEM_cert_to_DER_cert(pem)))


def verify(pem, ca, moment):
    """What openssl has against 'pem' signed by 'ca' at that moment; nothing if it accepts it."""
    with tempfile.NamedTemporaryFile("w") as authority:
        authority.write(ca)
        authority.flush()
        done = subprocess.run(["openssl", "verify", "-no-CAfile", "-no-CApath", "-partial_chain", "-attime", str(int(moment)),
                               "-trusted", authority.name],
                              input=pem, capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def _fields(whole):
    """RFC 5280, 4.1: a certificate is its content, the algorithm and the signature."""
    content, algorithm, _ = der.members(whole)
    parts = der.members(content)
    # A certificate of version 1 does not say so, and has no extensions.
    version = parts.pop(0) if parts[0][0] == VERSION_TAG else b""
    _, inner, issuer, _, subject, key, *rest = parts
    fields = {"version": version, "inner algorithm": inner, "algorithm": algorithm, "issuer": issuer,
              "subject": subject, "public key": key}
    for extension in [each for part in rest for each in der.members(der.content(part))]:
        if not der.content(extension).startswith(AUTHORITY_KEY):
            fields[f"extension {der.members(extension)[0].hex()}"] = extension
    return fields


def _field(text, name):
    return re.search(f"^{name}=(.*)$", text, re.MULTILINE)[1]


def _date(text):
    return calendar.timegm(time.strptime(text, "%b %d %H:%M:%S %Y %Z"))
