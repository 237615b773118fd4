"""What Windows tells of the way out of the shop network, by IP Helper; asks nobody and sends nothing.

The calls need Windows; what their answers mean is pure and runs anywhere.
"""

from __future__ import annotations

import ctypes
import struct
import sys
from collections.abc import Callable

_ROW = struct.Struct("<14I")  # MIB_IPFORWARDROW, ipmib.h: destination, mask, policy, next hop, index, ...
_NEIGHBOUR = struct.Struct("<2I8s2I")  # MIB_IPNETROW: index, length, address, IP, type
_INVALID = 2  # MIB_IPNET_TYPE_INVALID
_RESETS = 7  # dwEstabResets, the eighth double word of MIB_TCPSTATS


def way_out(routes: bytes, neighbours: bytes) -> tuple[bool | None, bool | None]:
    """From `MIB_IPFORWARDTABLE` and `MIB_IPNETTABLE`: a count, then rows; addresses are compared as they stand."""
    ways = [row[3] for row in _rows(routes, _ROW) if row[0] == 0 and row[3]]
    if not ways:
        return False if len(routes) >= 4 else None, None
    heard = [row[4] != _INVALID for row in _rows(neighbours, _NEIGHBOUR) if row[3] == ways[0]]
    return True, heard[0] if heard else None


def resets_of(statistics: bytes) -> int | None:
    """How many connections broke off since the PC started, from `MIB_TCPSTATS` (tcpmib.h)."""
    if len(statistics) < 4 * (_RESETS + 1):
        return None
    return int(struct.unpack_from("<I", statistics, 4 * _RESETS)[0])


def _rows(table: bytes, row: struct.Struct) -> list[tuple[int, ...]]:
    if len(table) < 4:
        return []
    count = min(struct.unpack_from("<I", table)[0], (len(table) - 4) // row.size)
    return [row.unpack_from(table, 4 + n * row.size) for n in range(count)]


if sys.platform == "win32":

    def gateway() -> tuple[bool | None, bool | None]:
        """Whether there is a way out, and whether its router was heard of lately."""
        calls = ctypes.WinDLL("iphlpapi")
        return way_out(_table(calls.GetIpForwardTable), _table(calls.GetIpNetTable))

    def resets() -> int | None:
        statistics = ctypes.create_string_buffer(60)
        return None if ctypes.WinDLL("iphlpapi").GetTcpStatistics(statistics) else resets_of(statistics.raw)

    def _table(call: Callable[..., int]) -> bytes:
        size = ctypes.c_ulong()
        call(None, ctypes.byref(size), 0)
        buffer = ctypes.create_string_buffer(max(size.value, 4))
        return b"" if call(buffer, ctypes.byref(size), 0) else buffer.raw

else:

    def gateway() -> tuple[bool | None, bool | None]:
        return None, None

    def resets() -> int | None:
        return None
