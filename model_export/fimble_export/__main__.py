"""`python -m fimble_export`."""

import sys

from fimble_export.cli import main

sys.exit(main())
