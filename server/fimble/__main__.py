"""`python -m fimble`."""

from __future__ import annotations

import sys

from fimble.cli import main

sys.exit(main())
