"""What a server started ends with it, also where the server was killed and could not say so."""

from __future__ import annotations

import os
import signal
import threading
import time

LOOK_EVERY = 1.0  # seconds


def end_with(parent: int, *, within: float | None = None) -> None:
    """From now on, end this process (as if asked to, by SIGTERM) as soon as `parent` no longer is its parent.

    Asked for by number, because a pipe would not tell: processes that the parent forked hold its end of the pipe, and
    live on. Call it with the number that the parent knows of itself; it may have gone before this process came so far.
    `within`: seconds after which it ends without being asked again; None where it may finish what it is at.
    """
    threading.Thread(target=_watch, args=(parent, within), daemon=True).start()


def _watch(parent: int, within: float | None) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)
    if within is not None:
        # A server's process that is still starting has the handler of the process it was forked from, and hears nothing.
        time.sleep(within)
        os._exit(1)
