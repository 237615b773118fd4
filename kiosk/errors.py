"""The whole error tree; every error is a plain sentence with a cure, and must never carry card data.

```
KioskError
├── DeviceError         what a terminal, its cable or its port did
│   ├── NoAnswer        silence until the time was up
│   │   └── TlsSilent   connected, and silent when a secure connection was begun
│   ├── Refused         it understood and said no
│   ├── Garbled         bytes that are no frame of its protocol
│   ├── Busy            the port or the terminal serves somebody else
│   ├── Gone            unplugged, or the connection was cut
│   ├── NoTls           connected, but no secure connection came about
│   │   ├── TlsRefused  the other side broke the handshake off
│   │   └── PlainText   the other side talks without encryption
│   ├── Untrusted       whoever answers did not show that it is the terminal
│   │   ├── UnknownIssuer  a certificate that nobody we trust has signed
│   │   ├── OutOfDate   a certificate that is not valid today
│   │   ├── WrongName   a certificate of something else
│   │   └── WrongKey    messages sealed with another key than ours
│   └── NotPermitted    the system, or our own allow-list, forbids it
│       └── Barred      our own allow-list: a command held back before it was sent
├── DeskError           what the experts' service did
│   ├── Offline         cannot be reached
│   └── Rejected        reached, and refused
├── SettingsError       a settings file or policy that cannot be used
├── ContentError        guidance, findings or texts that are wrong in themselves
├── BundleError         a sealed file that is not one, or was changed
│   └── NotRecorded     whole, but without what was asked of it
├── CardNumber          a typed card number, which is never kept
├── Usage               a command called in a way that cannot work
└── Cancelled           a person stopped it
```
"""


class KioskError(Exception):
    """A sentence about what happened and a sentence about what to do."""

    cure = "Try again. If it happens again, get an expert."

    def __init__(self, message: str, cure: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if cure is not None:
            self.cure = cure

    def __str__(self) -> str:
        return f"{self.message} {self.cure}".strip()


class DeviceError(KioskError):
    cure = "Check the cable and the power of the terminal, then check again."


class NoAnswer(DeviceError):
    cure = "See whether the terminal is switched on and its cable sits firmly, then check again."


class Refused(DeviceError):
    cure = "Look at the terminal's screen and finish what it shows, then check again."


class Garbled(DeviceError):
    cure = "Check speed and format of the port, and the cable, then check again."


class Busy(DeviceError):
    cure = "Close the program that uses the port, or wait until it is done."


class Gone(DeviceError):
    cure = "Plug the terminal in again and wait ten seconds."


class TlsSilent(NoAnswer):
    cure = "See whether the port in the settings is the one for secure connections, then check again."


class NoTls(DeviceError):
    cure = "Ask IT to compare address and port in the settings with those at the terminal."


class TlsRefused(NoTls):
    pass


class PlainText(NoTls):
    pass


class Untrusted(DeviceError):
    cure = "Do not pay at this terminal before IT has looked at it."


class UnknownIssuer(Untrusted):
    cure = "Ask IT to install the root certificate of the terminal's maker, and to name it in the settings."


class OutOfDate(Untrusted):
    cure = "See whether this PC's date and time are right. If they are, ask the terminal's provider."


class WrongName(Untrusted):
    cure = "See whether another device has taken this address on the network."


class WrongKey(Untrusted):
    cure = "Ask IT to compare passphrase, key name and version with those that the terminal got from its provider."


class NotPermitted(DeviceError):
    cure = "Ask IT to give this user the right to use the port."


class Barred(NotPermitted):
    cure = "Check again after somebody has said that no one is paying, or at the level that the command needs."


class DeskError(KioskError):
    cure = "The kiosk keeps everything and sends it as soon as the desk answers."


class Offline(DeskError):
    pass


class Rejected(DeskError):
    cure = "Ask the desk whether this kiosk is enrolled."


class SettingsError(KioskError):
    cure = "Correct the settings file, or remove it to start with the defaults."


class ContentError(KioskError):
    cure = "Correct the file at the line named."


class BundleError(KioskError):
    cure = "Ask for the file to be sent again."


class NotRecorded(BundleError):
    cure = "Read the trace instead."


class CardNumber(KioskError):
    cure = "Write it again without the card number."


class Usage(KioskError):
    cure = "See --help."


class Cancelled(KioskError):
    cure = ""
