"""A reader of contents that hangs, crashes or takes all memory, as the name of a file says."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from dataclasses import asdict
from pathlib import Path

from etl.file_contents import Contents


def main() -> None:
    sys.stdout.write('"ready"\n')
    sys.stdout.flush()
    for line in sys.stdin:
        name = Path(json.loads(line)).stem
        if name == "hang":
            time.sleep(600)
        if name == "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        if name == "memory":
            bytearray(1 << 40)
        sys.stdout.write(json.dumps(asdict(Contents(not_opened="seen"))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
