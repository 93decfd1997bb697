"""How a command ends: 0 done; 1 the work could not be done, one plain sentence on stderr; 2 wrong usage (argparse)."""

import os
import sys
import traceback
from collections.abc import Callable

from imaging.errors import ImagingError

DONE, NOT_DONE = 0, 1


def run_to_status(work: Callable[[], str], debug: bool = False) -> int:
    """Do the work, print its last sentence, and say in one sentence what went wrong, if anything did.

    Parameters
    ----------
    work : returns what to print on stdout, if anything
    debug : also print where in the program it went wrong
    """
    try:
        result = work()
        if result:
            print(result, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (Exception, KeyboardInterrupt) as error:
        if debug:
            traceback.print_exc()
        print(sentence(error), file=sys.stderr)
        return NOT_DONE
    return DONE


def sentence(error: BaseException) -> str:
    """What went wrong, for the person at the keyboard; one line."""
    if isinstance(error, ImagingError):
        return one_line(str(error))
    if isinstance(error, KeyboardInterrupt):
        return "Stopped before it was done; nothing half-written is left."
    if isinstance(error, MemoryError):
        return "There is not enough memory for these pictures: close other programs or give smaller ones."
    if isinstance(error, OSError):
        return one_line(
            f"{error.filename or 'A file'} could not be used ({error.strerror or error}): check it and repeat."
        )
    return one_line(
        f"This is a fault in the program, not in your input ({type(error).__name__}: {error}): "
        "repeat with --debug and report what it prints."
    )


def one_line(text: str) -> str:
    return " ".join(text.split())
