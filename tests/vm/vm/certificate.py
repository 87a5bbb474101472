# SPDX-License-Identifier: Apache-2.0
"""A certificate as openssl sees it."""

import calendar
import re
import subprocess
import time
from dataclasses import dataclass


@dataclass
class Certificate:
    not_before: float
    not_after: float
    serial: str
    subject: str
    issuer: str
    public_key: str
    extensions: str

    def is_valid_at(self, moment):
        return self.not_before <= moment <= self.not_after

    def identity(self):
        """What a renewal must keep."""
        return self.subject, self.issuer, self.public_key, self.extensions


def read(pem):
    text = subprocess.run(["openssl", "x509", "-noout", "-dates", "-serial", "-subject", "-issuer", "-pubkey",
                           "-ext", "subjectAltName,extendedKeyUsage,keyUsage,basicConstraints"],
                          input=pem, capture_output=True, text=True, check=True).stdout
    return Certificate(
        not_before=_date(_field(text, "notBefore")), not_after=_date(_field(text, "notAfter")),
        serial=_field(text, "serial"), subject=_field(text, "subject"), issuer=_field(text, "issuer"),
        public_key=re.search("-----BEGIN PUBLIC KEY-----.*-----END PUBLIC KEY-----", text, re.DOTALL)[0],
        extensions=text[text.index("X509v3"):])


def _field(text, name):
    return re.search(f"^{name}=(.*)$", text, re.MULTILINE)[1]


def _date(text):
    return calendar.timegm(time.strptime(text, "%b %d %H:%M:%S %Y %Z"))
