"""Report descriptors written by hand after HID 1.11 and the makers' manuals: what tests of HID devices stand on."""

VENDOR_READER = bytes.fromhex(  # a reader that is asked by output reports and answers by input reports, with report ids
    "0600ff 0901 a101 8501 1500 26ff00 7508 953f 0901 8102 0902 9102 8502 0903 8102 0904 9102 c0".replace(" ", "")
)
SWIPE_VENDOR = bytes.fromhex(  # a swipe reader with its maker's own page: tracks as input, commands as feature
    "0600ff 0901 a101 1500 26ff00 7508 0920 0921 0922 0928 0929 092a 0938 9507 8102"
    " 0930 956e 820201 0931 956e 820201 0920 9518 b20201 c0".replace(" ", "")
)
SWIPE_KEYBOARD = bytes.fromhex(  # a swipe reader that types what it read, with commands as feature reports
    "0501 0906 a101 0507 19e0 29e7 1500 2501 7501 9508 8102 9501 7508 8103"
    " 0508 1901 2903 9503 7501 9102 9501 7505 9103 0507 1900 2965 9506 7508 2565 8100"
    " 0600ff 0920 9518 b20201 c0".replace(" ", "")
)
KEYBOARD = bytes.fromhex("0501 0906 a101 0507 19e0 29e7 1500 2501 7501 9508 8102 c0".replace(" ", ""))
SWIPE_POS = bytes.fromhex("058e 0901 a101 1500 26ff00 7508 9508 0902 8102 0600ff 0920 b102 c0".replace(" ", ""))
SCANNER = bytes.fromhex("058c 0902 a101 1500 26ff00 7508 9508 09fe 8102 c0".replace(" ", ""))
READER_AND_KEYBOARD = VENDOR_READER + KEYBOARD
