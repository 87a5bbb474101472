# SPDX-License-Identifier: Apache-2.0
"""The little of DER (ITU-T X.690) that it takes to compare a certificate's fields as bytes."""


def content(element):
    """What an element holds, without its tag and length."""
    return element[_header_size(element):]


def members(element):
    """The elements that an element is made of, each with its tag and length."""
    rest, found = content(element), []
    while rest:
        size = _size(rest)
        found.append(rest[:size])
        rest = rest[size:]
    return found


def _header_size(element):
    return 2 if element[1] < 0x80 else 2 + (element[1] & 0x7F)


def _size(element):
    header = _header_size(element)
    return header + (element[1] if header == 2 else int.from_bytes(element[2:header], "big"))
