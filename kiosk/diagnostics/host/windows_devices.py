"""What Windows tells of a USB device's driver and power, by CfgMgr32, registry and power plan; changes nothing.

The calls need Windows; what their answers mean is pure and runs anywhere.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterable, Mapping

from kiosk.model.report import Plugged
from kiosk.model.terminal import Usb

_HAS_PROBLEM = 0x400  # DN_HAS_PROBLEM, cfg.h
_NO_SUCH_DEVNODE = 0x0D  # CR_NO_SUCH_DEVNODE, cfgmgr32.h
_PHANTOM = 45  # CM_PROB_PHANTOM: known, and not plugged in
_WITHOUT_DRIVER = {1, 28}  # CM_PROB_NOT_CONFIGURED, CM_PROB_FAILED_INSTALL
_SAVING = ("EnhancedPowerManagementEnabled", "SelectiveSuspendEnabled", "DeviceSelectiveSuspended")
_USB_SETTINGS = "2a737441-1930-4402-8d77-b2bebba308a3"  # of a power plan: USB settings
_SELECTIVE_SUSPEND = "48e6b7a6-50f5-4782-a5d4-53bb8f07e226"


def plugged(usb: Usb | None, identity: str) -> Plugged | None:
    """The facts of a device, found by ids and serial number; None where Windows has never seen it.

    Over-current and a hub's budget are not reported: Windows tells them in its event log and to hub drivers only.
    """
    instance = chosen(_instances(), usb, identity)
    if instance is None:
        return None
    problem = problem_of(*_status(instance))
    bound = None if problem is None else problem not in _WITHOUT_DRIVER
    return Plugged(driver_bound=bound, problem=problem, power_saving=saving(_parameters(instance), _plan_saves()))


def instances_of(buffer: str) -> tuple[str, ...]:
    """A list as `CM_Get_Device_ID_ListW` fills it: strings that end in a zero, the last one empty."""
    return tuple(part for part in buffer.split("\0") if part)


def chosen(instances: Iterable[str], usb: Usb | None, identity: str) -> str | None:
    """The instance id `USB\\VID_xxxx&PID_xxxx\\serial` of a device: by serial number, else if it is the only one."""
    serial = ((usb.serial if usb else None) or identity).casefold()
    whole = [i for i in instances if i.count("\\") == 2 and "&MI_" not in i.upper()]
    if usb is not None:
        ids = f"usb\\vid_{usb.vid}&pid_{usb.pid}\\".casefold()
        whole = [i for i in whole if i.casefold().startswith(ids)]
    exact = [i for i in whole if serial and i.casefold().rpartition("\\")[2] == serial]
    return exact[0] if exact else whole[0] if usb is not None and len(whole) == 1 else None


def problem_of(result: int, status: int, problem: int) -> int | None:
    """The problem code, 0 for none, None where `CM_Get_DevNode_Status` does not tell."""
    if result == _NO_SUCH_DEVNODE:
        return _PHANTOM
    if result:
        return None
    return problem if status & _HAS_PROBLEM else 0


def saving(parameters: Mapping[str, object], plan_saves: bool | None) -> bool | None:
    """Whether Windows may put the device to sleep: its own setting says so, and the power plan allows it."""
    if plan_saves is False:
        return False
    own = [_truth(parameters[name]) for name in _SAVING if name in parameters]
    return any(own) if own and plan_saves else None


def _truth(value: object) -> bool:
    """A value of the registry: a number, or one byte as binary."""
    return any(value) if isinstance(value, bytes) else bool(value)


if sys.platform == "win32":
    import uuid
    import winreg

    def _instances() -> tuple[str, ...]:
        """Also devices that are not plugged in now: filter by enumerator (1), cfgmgr32.h."""
        size = ctypes.c_ulong()
        manager = ctypes.WinDLL("cfgmgr32")
        if manager.CM_Get_Device_ID_List_SizeW(ctypes.byref(size), "USB", 1) or not size.value:
            return ()
        buffer = ctypes.create_unicode_buffer(size.value)
        failed = manager.CM_Get_Device_ID_ListW("USB", buffer, size, 1)
        return () if failed else instances_of("".join(buffer[:]))

    def _status(instance: str) -> tuple[int, int, int]:
        node, status, problem = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.c_ulong()
        manager = ctypes.WinDLL("cfgmgr32")
        result = manager.CM_Locate_DevNodeW(ctypes.byref(node), instance, 0)
        if result:
            return int(result), 0, 0
        result = manager.CM_Get_DevNode_Status(ctypes.byref(status), ctypes.byref(problem), node, 0)
        return int(result), status.value, problem.value

    def _parameters(instance: str) -> Mapping[str, object]:
        path = rf"SYSTEM\CurrentControlSet\Enum\{instance}\Device Parameters"
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path) as key:
                return {
                    str(name): value
                    for name, value, _ in (winreg.EnumValue(key, n) for n in range(winreg.QueryInfoKey(key)[1]))
                }
        except OSError:
            return {}

    def _plan_saves() -> bool | None:
        """USB selective suspend of the plan in use, on mains."""
        power, scheme, value = ctypes.WinDLL("powrprof"), ctypes.c_void_p(), ctypes.c_ulong()
        if power.PowerGetActiveScheme(None, ctypes.byref(scheme)):
            return None
        ids = (uuid.UUID(words).bytes_le for words in (_USB_SETTINGS, _SELECTIVE_SUSPEND))
        group, setting = map(ctypes.create_string_buffer, ids)
        failed = power.PowerReadACValueIndex(None, scheme, group, setting, ctypes.byref(value))
        ctypes.WinDLL("kernel32").LocalFree(scheme)
        return None if failed else bool(value.value)

else:

    def _instances() -> tuple[str, ...]:
        return ()

    def _status(instance: str) -> tuple[int, int, int]:
        return 1, 0, 0

    def _parameters(instance: str) -> Mapping[str, object]:
        return {}

    def _plan_saves() -> bool | None:
        return None
