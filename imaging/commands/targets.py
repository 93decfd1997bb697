"""`targets --out DIR`: printable calibration targets."""

import argparse
from datetime import UTC, datetime

from imaging.commands.arguments import Surroundings, add_out


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_out(parser)


def run(arguments: argparse.Namespace, surroundings: Surroundings) -> str:
    """Write one PDF a target, all or none."""
    from imaging.calibration.sheets import pdf_of
    from imaging.calibration.targets import target_sheets
    from imaging.files import check_folder, staged_folder

    check_folder(arguments.out)
    sheets = target_sheets()
    names = tuple(f"{sheet.name}.pdf" for sheet in sheets)
    now = datetime.now(UTC)
    with staged_folder(arguments.out, names) as stage:
        for sheet, name in zip(sheets, names, strict=True):
            (stage / name).write_bytes(pdf_of(sheet, surroundings.font_folder, now))
    return (
        f"Wrote {len(names)} targets to {arguments.out} ({', '.join(names)}): print them at 100 %, and measure the "
        "check bars of the scale target."
    )
