"""Every command of the ZVT specification by name (PA00P015 chapter 14); names only, it permits nothing."""

POSITIVE = 0x8000
STATUS_ENQUIRY = 0x0501
INTERMEDIATE = 0x04FF
STATUS_INFORMATION = 0x040F
COMPLETION = 0x060F
ABORTED = 0x061E
ABORT = 0x06B0
PRINT_LINE = 0x06D1
PRINT_TEXT = 0x06D3
SET_CLOCK_OF_TILL = 0x0401
REGISTRATION = 0x0600
READ_CARD = 0x06C0

FROM_TERMINAL = {
    0x0401: "Set date and time in the till",
    0x040D: "Input request",
    0x040E: "Menu request",
    0x040F: "Status information",
    0x04FF: "Intermediate status",
    0x060F: "Completion",
    0x061E: "Abort by the terminal",
    0x06D0: "Menu with pictures",
    0x06D1: "Print line",
    0x06D3: "Print text block",
    0x06D8: "Dial up",
    0x06D9: "Transmit data over the till's line",
    0x06DA: "Receive data over the till's line",
    0x06DB: "Hang up",
    0x06DD: "Transparent mode",
    0x06E4: "Ask the till's list of blocked cards",
}

FROM_TILL = {
    0x0101: "Reserved 01 01",
    0x0501: "Status enquiry",
    0x0502: "Reserved 05 02",
    0x05FF: "Reserved 05 FF",
    0x0600: "Registration",
    0x0601: "Authorisation",
    0x0602: "Log off",
    0x0603: "Account balance request",
    0x0604: "Activate card",
    0x0605: "Procurement",
    0x0609: "Top up a prepaid card",
    0x060A: "Tax free",
    0x060B: "Reserved 06 0B",
    0x060C: "Tip",
    0x060D: "Menu selection with pictures",
    0x0610: "Send turnover totals",
    0x0611: "Reserved 06 11",
    0x0612: "Print turnover receipts",
    0x0618: "Reset terminal",
    0x061A: "Print system configuration",
    0x061B: "Set or reset terminal ID",
    0x0620: "Repeat receipt",
    0x0621: "Authorisation by telephone",
    0x0622: "Pre-authorisation",
    0x0623: "Partial reversal or booking of a reservation",
    0x0624: "Book total",
    0x0625: "Pre-authorisation reversal",
    0x0626: "Reversal of an outside payment",
    0x0630: "Reversal",
    0x0631: "Refund",
    0x0650: "End of day",
    0x0651: "Send offline payments",
    0x0670: "Diagnosis",
    0x0679: "Self-test",
    0x0682: "Reserved 06 82",
    0x0685: "Display text (old)",
    0x0686: "Display text with number entry (old)",
    0x0687: "PIN check of a customer card (old)",
    0x0688: "Display text with function key (old)",
    0x0690: "Reserved 06 90",
    0x0691: "Set date and time in the terminal",
    0x0693: "Initialisation",
    0x0695: "Change password",
    0x06B0: "Abort",
    0x06C0: "Read card",
    0x06C1: "Reserved 06 C1",
    0x06C2: "Reserved 06 C2",
    0x06C3: "Reserved 06 C3",
    0x06C4: "Reserved 06 C4",
    0x06C5: "Close card session",
    0x06C6: "Send commands to a card",
    0x06CE: "Reserved 06 CE",
    0x06D4: "Reserved 06 D4",
    0x06E0: "Display text",
    0x06E1: "Display text with function key",
    0x06E2: "Display text with number entry",
    0x06E3: "PIN check of a customer card",
    0x06E5: "Check sum of a message",
    0x06E6: "Wait for a card with authorisation",
    0x06E7: "Display text with encrypted number entry",
    0x06E8: "Reference number in field 60",
    0x06E9: "Reference number in field 58",
    0x06F0: "Display picture",
    0x0801: "Activate service mode",
    0x0802: "Switch protocol",
    0x0810: "Software update",
    0x0811: "Read file",
    0x0812: "Delete file",
    0x0813: "Change configuration",
    0x0814: "Write file",
    0x0820: "Start OPT action",
    0x0821: "Set OPT point in time",
    0x0822: "OPT pre-initialisation",
    0x0823: "Output OPT data",
    0x0824: "OPT out of order",
    0x0830: "Select language",
    0x0840: "Change speed of the line",
    0x0850: "Activate card reader",
}


def name_of(command: int) -> str | None:
    """The command in plain words; None for bytes that name no command."""
    if command in (0x8000, 0x8400):
        return "Positive acknowledgement"
    if command >> 8 == 0x84:
        return "Negative acknowledgement"
    if command >> 8 == 0x0F:
        return "Maker's own command"
    return FROM_TERMINAL.get(command) or FROM_TILL.get(command)


def direction_of(command: int) -> str | None:
    """Who sends it: "in" (the terminal), "out" (the till), None where either may."""
    if command in FROM_TERMINAL:
        return "in"
    return "out" if command in FROM_TILL else None
