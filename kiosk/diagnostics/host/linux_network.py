"""What Linux tells of the way out of the shop network, by /proc/net; asks nobody and sends nothing."""

from __future__ import annotations

from pathlib import Path

NET = Path("/proc/net")
_GATEWAY = 0x2  # RTF_GATEWAY, linux/route.h
_COMPLETE = 0x2  # ATF_COM, linux/if_arp.h


def gateway(net: Path = NET) -> tuple[bool | None, bool | None]:
    """Whether there is a way out, and whether its router was heard of lately; None where the system does not tell."""
    rows = _rows(net / "route")
    if rows is None:
        return None, None
    ways = [row[2] for row in rows if len(row) > 3 and row[1] == "00000000" and _flags(row[3]) & _GATEWAY]
    if not ways:
        return _by_version_six(net), None
    try:
        router = ".".join(str(byte) for byte in reversed(bytes.fromhex(ways[0])))
    except ValueError:
        return True, None
    return True, _heard(net, router)


def _by_version_six(net: Path) -> bool:
    """`ipv6_route`: destination, its length, ..., the device last; the default way of `lo` is no way."""
    rows = _rows(net / "ipv6_route") or []
    return any(len(row) > 9 and row[0] == "0" * 32 and row[1] == "00" and row[9] != "lo" for row in rows)


def _heard(net: Path, router: str) -> bool | None:
    for row in _rows(net / "arp") or []:
        if len(row) > 2 and row[0] == router:
            return bool(_flags(row[2]) & _COMPLETE)
    return None


def resets(net: Path = NET) -> int | None:
    """How many connections broke off since the PC started (`EstabResets`, RFC 4022 tcpEstabResets)."""
    tcp = [row for row in _rows(net / "snmp") or [] if row and row[0] == "Tcp:"]
    if len(tcp) != 2 or "EstabResets" not in tcp[0]:
        return None
    value = tcp[1][tcp[0].index("EstabResets")]
    return int(value) if value.isdecimal() else None


def _rows(file: Path) -> list[list[str]] | None:
    """Lines as words; a heading matches nothing that is looked for."""
    try:
        return [line.split() for line in file.read_text(encoding="ascii", errors="replace").splitlines()]
    except OSError:
        return None


def _flags(words: str) -> int:
    try:
        return int(words, 16)
    except ValueError:
        return 0
