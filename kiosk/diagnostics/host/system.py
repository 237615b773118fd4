"""The one place that chooses between the systems; both sides have the same functions."""

import sys

if sys.platform == "win32":
    from kiosk.diagnostics.host.windows import (
        access,
        clock_synchronised,
        exists,
        gateway,
        holders,
        plugged,
        print_queue,
        resets,
        restart_pending,
        services,
    )
else:
    from kiosk.diagnostics.host.linux import (
        access,
        clock_synchronised,
        exists,
        gateway,
        holders,
        plugged,
        print_queue,
        resets,
        restart_pending,
        services,
    )

__all__ = [
    "access",
    "clock_synchronised",
    "exists",
    "gateway",
    "holders",
    "plugged",
    "print_queue",
    "resets",
    "restart_pending",
    "services",
]
