"""The entry of the frozen program; must do nothing but start it."""

import sys
from multiprocessing import freeze_support

from kiosk.__main__ import main

freeze_support()
sys.exit(main())
