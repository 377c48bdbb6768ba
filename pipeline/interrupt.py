"""An ended command: Ctrl-C and SIGTERM alike stop the work, its workers too."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SENTENCE = "interrupted; the same command continues where this one stopped"


class Terminated(KeyboardInterrupt):
    """SIGTERM came: what follows is what follows Ctrl-C."""


def is_interrupt(error: BaseException | None) -> bool:
    """Whether an error is Ctrl-C in disguise: compiled loops turn it into a SystemError that it caused.

    Examples
    --------
    >>> try:
    ...     raise SystemError("CPUDispatcher returned a result with an exception set") from KeyboardInterrupt()
    ... except SystemError as error:
    ...     is_interrupt(error), is_interrupt(ValueError("other"))
    (True, False)
    """
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__cause__ or error.__context__
    return False


@contextmanager
def stopping_on_sigterm() -> Iterator[None]:
    """Raise `Terminated` where SIGTERM comes, once; a second one ends the process at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        raise Terminated

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
