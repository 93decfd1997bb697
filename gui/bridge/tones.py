"""Three short sounds, made here and played by whatever this computer has. Never waits; silent where nothing can play.

Qt's own sounds live in a package that is not installed for three beeps.
"""

import io
import shutil
import subprocess
import sys
import tempfile
import wave
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

CUES = ("tick", "shutter", "refusal")
RATE = 44_100
PLAYERS = (["pw-play"], ["paplay"], ["aplay", "-q"], ["afplay"])
"""Of PipeWire, PulseAudio, ALSA and macOS, in this order; Windows plays by itself."""
_TIMEOUT_S = 4.0
_MOST_WAITING = 2
"""A sound that would come late is not played."""


def tone_wav(cue: str) -> bytes:
    """One sound as a WAV file: 16 bit, mono."""
    sound = {"tick": _tick, "shutter": _shutter, "refusal": _refusal}[cue]()
    samples = np.round(32_000 * np.clip(sound, -1, 1)).astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())
    return file.getvalue()


class TonePlayer:
    """Plays a sound when called with its name. Returns at once; says nothing when it cannot."""

    def __init__(self, players: Sequence[Sequence[str]] = PLAYERS) -> None:
        self._players = players
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="tones")
        self._folder = tempfile.TemporaryDirectory(prefix="tones")
        self._waiting: list[Future[Any]] = []

    def __call__(self, cue: str) -> None:
        self._waiting = [one for one in self._waiting if not one.done()]
        if len(self._waiting) < _MOST_WAITING:
            self._waiting.append(self._pool.submit(self._play, cue))

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._folder.cleanup()

    def _play(self, cue: str) -> None:
        path = Path(self._folder.name) / f"{cue}.wav"
        if not path.exists():
            path.write_bytes(tone_wav(cue))
        if sys.platform == "win32":
            _play_on_windows(path)
        else:
            any(_played(player, path) for player in self._players)


def _played(player: Sequence[str], path: Path) -> bool:
    """False when this player is not there, or has nothing to play on."""
    program = shutil.which(player[0])
    if program is None:
        return False
    quiet = subprocess.DEVNULL
    try:
        done = subprocess.run(
            [program, *player[1:], str(path)], stdin=quiet, stdout=quiet, stderr=quiet, timeout=_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _play_on_windows(path: Path) -> None:
    if sys.platform == "win32":
        import contextlib
        import winsound

        with contextlib.suppress(RuntimeError):
            winsound.PlaySound(str(path), winsound.SND_FILENAME | winsound.SND_NODEFAULT)


def _tick() -> npt.NDArray[np.float64]:
    """A short high click: aligned."""
    time_s = _times(0.06)
    return np.asarray(0.5 * np.sin(2 * np.pi * 1760 * time_s) * np.exp(-time_s / 0.012))


def _shutter() -> npt.NDArray[np.float64]:
    """Two bursts of noise, as from curtains that open and close."""
    time_s = _times(0.16)
    noise = np.random.default_rng(2).normal(0, 0.4, len(time_s))
    close = np.where(time_s > 0.09, np.exp(-(time_s - 0.09) / 0.014), 0.0)
    return np.asarray(noise * (np.exp(-time_s / 0.010) + close))


def _refusal() -> npt.NDArray[np.float64]:
    """A low tone that falls by a minor third."""
    time_s = _times(0.36)
    pitch = np.where(time_s < 0.16, 196.0, 165.0)
    fade = np.minimum(1.0, np.minimum(time_s, time_s[-1] - time_s) / 0.02)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    return np.asarray(0.6 * fade * (np.sin(phase) + 0.3 * np.sin(3 * phase)))


def _times(seconds: float) -> npt.NDArray[np.float64]:
    return np.arange(round(seconds * RATE)) / RATE
