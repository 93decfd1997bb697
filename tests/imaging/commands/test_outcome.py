"""One sentence for whatever goes wrong; progress only for people."""

import argparse
import errno
import io

import pytest

import main
from imaging.commands.arguments import joined_negatives, numbers, roi_of, spacing_of
from imaging.commands.outcome import run_to_status, sentence
from imaging.commands.progress import Progress
from imaging.errors import ImagingError, MeasurementError


def failing(error: BaseException) -> str:
    raise error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ImagingError("Plain\nwords."), "Plain words."),
        (OSError(errno.ENOSPC, "No space left on device", "a.png"), "a.png could not be used"),
        (MemoryError(), "not enough memory"),
        (KeyboardInterrupt(), "Stopped"),
        (ZeroDivisionError("division by zero"), "fault in the program"),
    ],
)
def test_one_sentence_and_status_1(error: BaseException, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_to_status(lambda: failing(error)) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert words in said.err
    assert said.err.count("\n") == 1


def test_a_fault_tells_how_to_report_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert "--debug" in sentence(ZeroDivisionError("x"))
    run_to_status(lambda: failing(ZeroDivisionError("x")), debug=True)
    assert "Traceback" in capsys.readouterr().err


def test_done_prints_the_result(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_to_status(lambda: "Wrote 3 µm.") == 0
    assert capsys.readouterr().out == "Wrote 3 µm.\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_for_terminals_only() -> None:
    for stream in (Terminal(), io.StringIO()):
        with Progress(stream) as progress:
            progress.step("Measuring")
        assert ("Measuring ..." in stream.getvalue()) == stream.isatty()
        assert stream.getvalue().endswith("\x1b[K") == stream.isatty()


def test_negative_numbers_are_values() -> None:
    given = ["measure", "a.png", "--spacing-um", "-5,-5", "--roi", "-1,0,2,2", "--json"]
    assert joined_negatives(given) == ["measure", "a.png", "--spacing-um=-5,-5", "--roi=-1,0,2,2", "--json"]


def test_numbers() -> None:
    assert numbers("25,24.5") == (25.0, 24.5)
    with pytest.raises(argparse.ArgumentTypeError):
        numbers("25;24")


def test_spacing_is_row_then_column() -> None:
    spacing = spacing_of((25.0, 20.0))
    assert spacing is not None
    assert (spacing.row_mm, spacing.col_mm) == (0.025, 0.02)
    assert spacing_of(None) is None


def test_region_must_lie_on_the_picture() -> None:
    roi = roi_of((0, 0, 10, 20), (10, 20))
    assert roi is not None
    assert roi.shape == (10, 20)
    with pytest.raises(MeasurementError, match="does not lie"):
        roi_of((0, 0, 11, 20), (10, 20))


@pytest.mark.parametrize(
    "arguments", [["measure", "a.png", "--out", ""], ["verify", "--archive", " "], ["demo", "--out", ""]]
)
def test_an_empty_name_is_wrong_usage_and_not_this_folder(arguments: list[str]) -> None:
    assert main.main(arguments) == 2
