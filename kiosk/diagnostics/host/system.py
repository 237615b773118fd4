"""The one place that chooses between the systems; both sides have the same four functions."""

import sys

if sys.platform == "win32":
    from kiosk.diagnostics.host.windows import access, exists, holders, restart_pending
else:
    from kiosk.diagnostics.host.linux import access, exists, holders, restart_pending

__all__ = ["access", "exists", "holders", "restart_pending"]
