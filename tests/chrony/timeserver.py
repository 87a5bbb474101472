#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An NTP server (RFC 5905) that serves this machine's clock, or one that is wrong by as much as it is
told, and says of itself what it is told. A chronyd with 'local' cannot stand for a server that follows
a source: whoever asks it learns that it does not.
  timeserver.py ADDRESS PORT [option...]"""

import argparse
import socket
import struct
import time

UNIX_EPOCH = 2208988800  # in NTP's seconds, which count from 1900
CLIENT, SERVER = 3, 4
IP_FREEBIND = 15  # ip(7)
PACKET = struct.Struct("!BBbb3I4Q")


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("address")
    parser.add_argument("port", type=int)
    parser.add_argument("--ahead", type=float, default=0, help="seconds")
    parser.add_argument("--stratum", type=int, default=2)
    parser.add_argument("--refid", default="192.0.2.1", help="an address, or up to four letters")
    parser.add_argument("--root-delay", type=float, default=0.001, help="seconds")
    parser.add_argument("--root-dispersion", type=float, default=0.001, help="seconds")
    parser.add_argument("--silent-for", type=float, default=0, help="seconds after the first question")
    return parser.parse_args()


def to_reference(text):
    if text.count(".") == 3:
        return socket.inet_aton(text)
    return text.encode().ljust(4, b"\0")


def to_short(seconds):
    return int(seconds * 65536)


def to_ntp(unix_s):
    return int((unix_s + UNIX_EPOCH) * 2**32) & 0xFFFFFFFFFFFFFFFF


def answer(question, received_s, wanted):
    first, _, poll, _, _, _, _, _, _, _, sent = PACKET.unpack(question[:48])
    version = first >> 3 & 7
    reference, = struct.unpack("!I", to_reference(wanted.refid))
    now_s = time.time() + wanted.ahead
    return PACKET.pack(version << 3 | SERVER, wanted.stratum, poll, -20, to_short(wanted.root_delay),
                       to_short(wanted.root_dispersion), reference, to_ntp(now_s - 10), sent,
                       to_ntp(received_s + wanted.ahead), to_ntp(time.time() + wanted.ahead))


def main():
    wanted = arguments()
    family = socket.AF_INET6 if ":" in wanted.address else socket.AF_INET
    server = socket.socket(family, socket.SOCK_DGRAM)
    server.setsockopt(socket.SOL_IP, IP_FREEBIND, 1)  # the address may come later
    server.bind((wanted.address, wanted.port))
    first_s = None
    while True:
        question, client = server.recvfrom(512)
        received_s = time.time()
        if len(question) < 48 or question[0] & 7 != CLIENT:
            continue
        first_s = first_s or time.monotonic()
        if time.monotonic() - first_s < wanted.silent_for:
            continue
        server.sendto(answer(question, received_s, wanted), client)


if __name__ == "__main__":
    main()
