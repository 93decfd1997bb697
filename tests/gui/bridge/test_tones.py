"""Sounds: what they sound like, and that a computer without any stays silent."""

import io
import stat
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from gui.bridge.tones import CUES, RATE, TonePlayer, tone_wav


def samples(cue: str) -> np.ndarray:
    with wave.open(io.BytesIO(tone_wav(cue))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float)


def pitch_hz(sound: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return float(np.argmax(spectrum) * RATE / len(sound))


@pytest.mark.parametrize("cue", CUES)
def test_each_is_short_heard_and_ends_in_silence(cue: str) -> None:
    sound = samples(cue)
    assert len(sound) < 0.5 * RATE
    assert 8_000 < np.abs(sound).max() < 32_767
    assert np.abs(sound[-20:]).max() < 1_500


def test_aligned_is_high_and_a_refusal_is_low() -> None:
    assert pitch_hz(samples("tick")) > 1_000
    assert pitch_hz(samples("refusal")) < 250


@pytest.mark.skipif(sys.platform == "win32", reason="Windows plays without a program")
def test_the_first_player_that_can_play_it_does(tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    players = []
    for name, status in (("deaf", 1), ("good", 0)):
        program = tmp_path / name
        program.write_text(f'#!/bin/sh\necho "{name} $(wc -c < "$1")" >> "{heard}"\nexit {status}\n')
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        players.append([str(program)])
    player = TonePlayer([["no-such-player"], *players])
    player("tick")
    player._pool.shutdown(wait=True)
    size = len(tone_wav("tick"))
    assert heard.read_text().split("\n")[:2] == [f"deaf {size}", f"good {size}"]
    player.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows plays without a program")
def test_without_a_player_nothing_happens() -> None:
    player = TonePlayer([["no-such-player"]])
    for cue in CUES:
        player(cue)
    player.close()
