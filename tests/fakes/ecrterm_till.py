"""A till that others wrote: ecrterm asks a terminal its status and for a diagnosis, and says what it understood.

Called as `ecrterm_till.py ADDRESS` with ecrterm on PYTHONPATH; prints one JSON line. It sends no payment.
"""

from __future__ import annotations

import json
import sys

import serial
from ecrterm.ecr import ECR
from ecrterm.packets.base_packets import Diagnosis, PrintLine
from ecrterm.transmission.transport_serial import SerialTransport


class WithoutLines(serial.Serial):  # type: ignore[misc]
    """A pseudo-terminal has no modem lines to set."""

    def _update_rts_state(self) -> None:
        pass

    def _update_dtr_state(self) -> None:
        pass


def ended(till: ECR) -> list[object]:
    """How the last dialogue ended: the packet's name, and its error code where it was aborted."""
    end = till.last.completion
    return [type(end).__name__, getattr(end, "result_code", None) if type(end).__name__ == "Abort" else None]


def main(address: str) -> None:
    SerialTransport.SerialCls = WithoutLines
    SerialTransport.insert_delays = False
    till = ECR(address.replace("tcp://", "socket://"), password="123456")
    till.status(service_byte=4)
    told: dict[str, object] = {"status_ended": ended(till), "version": till.version}
    completion = till.last.completion
    if told["status_ended"] == ["Completion", None]:
        told["status"] = completion.terminal_status
        told["device"] = completion.get_device_name()
        told["serial"] = completion.get_serial_number()
    till.transmit(Diagnosis())
    packets = [packet for incoming, packet in till.transmitter.last_history if incoming]
    told["diagnosis_ended"] = ended(till)
    told["printed"] = [packet.text for packet in packets if isinstance(packet, PrintLine)]
    sys.stdout.write(json.dumps(told, default=str) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
