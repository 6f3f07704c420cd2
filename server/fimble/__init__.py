"""Fimble: a private code assistant for every editor, with the model inside the server.

Whatever of Fimble runs imports this first, so this is where its processes, and those that they
start, are kept from reporting home: ONNX Runtime's official wheels send events to their maker
unless this variable is set before the runtime is imported (its Privacy.md; a call afterwards comes
too late).
"""

import os

__version__ = "0.1.0"

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
