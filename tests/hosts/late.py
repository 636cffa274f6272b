"""A wire with a delay: two network devices whose frames come out of the other one so many milliseconds later.

`python3 late.py MILLISECONDS ONE OTHER` makes the two (as root) and carries until it is ended. The kernel's own netem
does the same, where it is compiled in.
"""

import collections
import fcntl
import os
import select
import struct
import sys
import time

MAKE_DEVICE, TAP, NO_HEADER = 0x400454CA, 0x0002, 0x1000


def device(name):
    file = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(file, MAKE_DEVICE, struct.pack("16sH", name.encode(), TAP | NO_HEADER))
    return file


def carry(delay, ends):
    way = {ends[0]: ends[1], ends[1]: ends[0]}
    late = collections.deque()  # all wait equally long, so that they come out in the order in which they came
    while True:
        wait = max(0.0, late[0][0] - time.monotonic()) if late else None
        for end in select.select(ends, [], [], wait)[0]:
            try:
                while frame := os.read(end, 65536):
                    late.append((time.monotonic() + delay, way[end], frame))
            except OSError:  # nothing more for now, or the device is down
                pass
        while late and late[0][0] <= time.monotonic():
            _, end, frame = late.popleft()
            try:
                os.write(end, frame)
            except OSError:  # as on any wire, what cannot be taken is lost
                pass


# Ahead of all else that runs here: on a busy machine frames would wait for a core, not for the wire.
os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
milliseconds, *names = sys.argv[1:]
carry(float(milliseconds) / 1000, [device(name) for name in names])
