"""Whole PCs in trouble, one each of Windows 10, Windows 11, Debian 12 and Ubuntu 24.04: raw answers to findings.

The answers are made from the documented structures (cfg.h, winsvc.h, tcpmib.h, ipmib.h, winspool.h; sysfs and proc as
the kernel documents them), not taken from such a PC: none of the Windows ones was ever recorded on a real machine.
"""

import struct
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.diagnostics.check import checks
from kiosk.diagnostics.host import linux, linux_network, windows_devices, windows_network, windows_services
from kiosk.diagnostics.host.linux_usb import plugged
from kiosk.diagnostics.host.printing import queue_of, windows_queue
from kiosk.model.report import Facts, HostFact, Plugged, SeenPort
from kiosk.model.terminal import Holder, Usb
from tests.diagnostics.checks.test_checks import Stage, ids
from tests.diagnostics.host.test_linux_usb import device
from tests.diagnostics.host.test_printing import answer, job

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HOST = "bank.example:443"


def service(state):
    """SERVICE_STATUS_PROCESS: type, state, ..., nine double words."""
    return struct.pack("<9I", 0x10, state, *[0] * 7)


def waiting(minutes, status):
    """One JOB_INFO_1W of a 64-bit Windows: id, six pointers, five double words, SYSTEMTIME."""
    at = NOW - timedelta(minutes=minutes)
    words = (at.year, at.month, at.isoweekday() % 7, at.day, at.hour, at.minute, at.second, 0)
    return struct.pack("<Q6Q5I8H4x", 1, *[0] * 6, status, 1, 1, 0, 0, *words)


def windows(problem, *, saving, kind, service_state, jobs, routes, resets):
    """(facts about the PC, facts about the device behind the port) out of raw answers."""
    status = 0x400 if problem else 0
    own = windows_devices.saving({"EnhancedPowerManagementEnabled": saving}, True)
    seen = Plugged(problem=windows_devices.problem_of(0, status, problem), power_saving=own)
    queue = windows_queue(b"".join(jobs), len(jobs), 8, NOW)
    way, heard = windows_network.way_out(*routes)
    return {
        "clock_synchronised": windows_services.synchronised(kind, True),
        "service_print": windows_services.runs(service(service_state)),
        "print_jobs": queue.waiting, "print_jobs_failed": queue.failed, "print_oldest": queue.oldest,
        "gateway": way, "gateway_answers": heard,
        "connections_reset": windows_network.resets_of(struct.pack("<15I", *[0] * 7, resets, *[0] * 7)),
        "pos_running": "", "restart_pending": True, "clock_off": 95.0, "clock_off_within": 0.6,
    }, seen  # fmt: skip


def way(kind):
    """MIB_IPFORWARDTABLE with one default route, MIB_IPNETTABLE with its router; `kind` 2 is invalid."""
    router = 0x010200C0
    return (
        struct.pack("<I14I", 1, 0, 0, 0, router, *[0] * 10),
        struct.pack("<I2I8s2I", 1, 3, 6, b"\x02", router, kind),
    )


def windows_10(_folder):
    """A card reader that reports a fault (43), Windows may put it to sleep; a receipt waits since an hour."""
    return windows(43, saving=1, kind="NoSync", service_state=4, jobs=[waiting(60, 0x02)], routes=way(3), resets=17)


def windows_11(_folder):
    """A driver that core isolation blocks (48); the spooler is stopped, and the router does not answer."""
    return windows(48, saving=0, kind="NTP", service_state=1, jobs=[], routes=way(2), resets=0)


def linux_pc(folder, *, route, arp, queue, over_current, control, reboot):
    net, run, sys = folder / "net", folder / "run", folder / "sys"
    for made in (net, run, sys):
        made.mkdir(parents=True)
    (net / "route").write_text(route)
    (net / "arp").write_text(arp)
    (net / "snmp").write_text("Tcp: RtoMin EstabResets\nTcp: 200 5\n")
    if reboot:
        (run / "reboot-required").write_text("*** System restart required ***\n")
    device(sys, "1-4", serial="A1", driver="cdc_acm", control=control, over_current_count=over_current)
    gateway, heard = linux_network.gateway(net)
    return {
        "gateway": gateway, "gateway_answers": heard, "connections_reset": linux_network.resets(net),
        "print_jobs": queue.waiting, "print_jobs_failed": queue.failed, "print_oldest": queue.oldest,
        "restart_pending": linux.restart_pending(run), "service_card": False,
    }, plugged(Usb("11ca", "0220", "A1", "1-4"), "", sys)  # fmt: skip


ROUTE = "Iface\tDestination\tGateway\tFlags\neth0\t00000000\t010200C0\t0003\n"


def debian_12(folder):
    """The socket was cut off twice, a print job stopped, and there is no way out of the shop."""
    queue = queue_of(answer(job(6, 400)), 1000.0)
    return linux_pc(folder, route="", arp="", queue=queue, over_current=2, control="on", reboot=False)


def ubuntu_24_04(folder):
    """Waits for a restart after an update; the terminal may be put to sleep; the router was never heard of."""
    arp = "IP address HW type Flags HW address\n192.0.2.1 0x1 0x0 00:00:00:00:00:00\n"
    queue = queue_of(answer(), 1000.0)
    return linux_pc(folder, route=ROUTE, arp=arp, queue=queue, over_current=0, control="auto", reboot=True)


EXPECTED = {
    windows_10: {"port.device_failed", "host.power_saving", "host.spooler_stuck", "host.clock_off",
                 "host.restart_pending", "host.pos_not_running", "bank.unreachable"},
    windows_11: {"port.driver_blocked", "host.spooler_stopped", "host.clock_off", "host.restart_pending",
                 "host.pos_not_running", "bank.no_gateway"},
    debian_12: {"host.over_current", "host.spooler_stuck", "host.card_service_stopped", "bank.no_gateway"},
    ubuntu_24_04: {"host.power_saving", "host.restart_pending", "host.card_service_stopped", "bank.no_gateway"},
}  # fmt: skip
FACTS_ALONE = ("pc_ready", "pc_clock", "usb_power", "print_queue", "card_service", "device_driver", "bank_reachable")


@pytest.mark.parametrize("system", EXPECTED, ids=lambda system: system.__name__)
def test_what_is_wrong_with_a_whole_pc(system, tmp_path):
    host, seen = system(tmp_path)
    told = (*(HostFact(name, value) for name, value in host.items()), HostFact(f"reaches {HOST}", False))
    facts = Facts(NOW, host=told, payment_hosts=(HOST,))
    stage = Stage(SeenPort("/dev/x", True, plugged=seen), facts=facts)
    bodies = {c.id: c.body for c in checks()}
    found = {id for name in FACTS_ALONE for id in ids(bodies[name](stage))}
    assert found == EXPECTED[system]


@pytest.mark.parametrize(
    ("seen", "data"),
    [
        (SeenPort("/dev/ttyUSB0", True, held_by=Holder(4711, "minicom", "2026-03-02T08:00:00+01:00")),
         {"pid": 4711, "name": "minicom", "since": "2026-03-02T08:00:00+01:00"}),
        (SeenPort("/dev/ttyUSB0", True, False, "dialout"), {"group": "dialout"}),
    ],
)  # fmt: skip
def test_an_owner_has_pid_name_and_time_and_a_right_its_group(seen, data):
    bodies = {c.id: c.body for c in checks()}
    stage = Stage(seen, "/dev/ttyUSB0")
    (finding,) = (*bodies["port_owner"](stage), *bodies["permission"](stage))
    assert data.items() <= dict(finding.data).items()
