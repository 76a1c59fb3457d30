#!/usr/bin/env python3
"""Plays the controller: sends OpenFlow messages from standard input to a switch that listens, asks it whether it is done
with them, and says what errors it answered.

  send.py HOST PORT < messages         exit status: 0 no error, 1 errors (in hexadecimal, one a line), 2 no answer
"""
import socket
import struct
import sys

messages = sys.stdin.buffer.read()
version = messages[0]
barrier = struct.pack("!BBHI", version, 18 if version == 1 else 20, 8, 0xfffffffe)
channel = socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=20)
channel.sendall(struct.pack("!BBHI", version, 0, 8, 0xffffffff) + messages + barrier)
received, errors = b"", 0
while True:
    while len(received) < 8 or len(received) < struct.unpack_from("!H", received, 2)[0]:
        piece = channel.recv(65536)
        if not piece:
            sys.exit(2)
        received += piece
    kind, length, xid = struct.unpack_from("!xBHI", received)
    message, received = received[:length], received[length:]
    if kind == 1:
        print(message.hex())
        errors += 1
    elif kind == 2:  # echo request
        channel.sendall(bytes([version, 3]) + message[2:])
    elif kind == barrier[1] + 1 and xid == 0xfffffffe:
        sys.exit(1 if errors else 0)
