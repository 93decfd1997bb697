"""The printable calibration targets: what stands on each sheet, in millimetres."""

from imaging.calibration.boards import BOARDS, Board, board_boxes
from imaging.calibration.colour_card import card_boxes, card_size_mm
from imaging.calibration.scale import CHECK_BAR_MM
from imaging.calibration.sheets import BLACK, WHITE, Box, Ring, Sheet, Words

_LEFT = 20.0
_PRINT = "Print at 100 % (actual size, no fitting to the page) on smooth matte paper, laser printer, 600 dpi or more."
_GREY = (150, 150, 150)


def target_sheets() -> tuple[Sheet, ...]:
    """All sheets: scale target, colour card, white field, light card, depth target."""
    return scale_sheet(), colour_sheet(), white_sheet(), light_sheet(), depth_sheet()


def scale_sheet() -> Sheet:
    """Three boards for fields of 12 to 80 mm, and two check bars of 100 mm."""
    steps = (
        _PRINT,
        "Measure both check bars with a steel ruler, from the middle of the first line to the middle of the last; "
        "if one is not 100.0 mm, tell the station (--printed-mm ACROSS,DOWN).",
        "Choose the board of which 8 to 20 squares fit across the picture. Lay it flat under the camera at the place "
        "of the skin, in focus, so that it fills the picture; the station says if it is tilted.",
        "For lens distortion take three pictures or more, the sheet turned and shifted between them but never lifted.",
        "Command line: python main.py calibrate scale PICTURE... --out DEVICE.json",
    )
    places = ((_LEFT, 92.0), (80.0, 92.0), (_LEFT, 152.0))
    shapes: list[Box | Ring] = []
    words = _head("Scale target", steps)
    for board, (x, y) in zip(BOARDS, places, strict=True):
        shapes += board_boxes(board, x, y)
        words.append(Words(x, y - 9, _board_words(board), 58, 8))
    shapes += _bar_across(_LEFT, 228.0) + _bar_down(160.0, 100.0)
    words.append(Words(_LEFT, 236, "Check bar across: 100 mm", 80, 8))
    words.append(Words(166, 100, "Check bar down: 100 mm", 30, 8))
    return Sheet("scale-target", tuple(shapes), tuple(words))


def _board_words(board: Board) -> str:
    across = board.square_mm
    return f"{board.name}: squares of {across:g} mm\nfor pictures {8 * across:g} to {20 * across:g} mm wide"


def _bar_across(x: float, y: float) -> list[Box | Ring]:
    ticks = [Box(x + mm - 0.05, y - 4, 0.1, 6 if mm % 50 == 0 else 4) for mm in range(0, int(CHECK_BAR_MM) + 1, 10)]
    return [Box(x, y, CHECK_BAR_MM, 0.1), *ticks]


def _bar_down(x: float, y: float) -> list[Box | Ring]:
    ticks = [Box(x - 4, y + mm - 0.05, 6 if mm % 50 == 0 else 4, 0.1) for mm in range(0, int(CHECK_BAR_MM) + 1, 10)]
    return [Box(x, y, 0.1, CHECK_BAR_MM), *ticks]


def colour_sheet() -> Sheet:
    """The layout of the 24-patch card in three sizes."""
    steps = (
        "Colour needs a card whose colours are known: use a bought 24-patch card (ColorChecker Classic, in its small "
        "sizes for small fields) at the place of the skin. Lock the white balance first.",
        "The cards printed here have the layout and nearly the colours. They serve to try the finder and to notice "
        "drift of one camera from day to day; they calibrate colour only with the colours of this print measured "
        "by a spectrophotometer (--patches FILE: 24 lines of L,a,b under D50).",
        "Choose the card that fits into the picture as a whole, with its black rim. No glare, even light, its white "
        "bright but not overexposed.",
        "Command line: python main.py calibrate colour PICTURE --out DEVICE.json",
    )
    shapes: list[Box | Ring] = []
    words = _head("Colour card", steps)
    for patch_mm, x, y in ((2.0, _LEFT, 100.0), (4.0, 60.0, 100.0), (8.0, 110.0, 100.0)):
        shapes += card_boxes(x, y, patch_mm)
        width, height = card_size_mm(patch_mm)
        words.append(Words(x, y + height + 2, f"{width:.1f} x {height:.1f} mm", 60, 8))
    return Sheet("colour-card", tuple(shapes), tuple(words))


def white_sheet() -> Sheet:
    """How to take white fields, with a frame to lay the camera on."""
    steps = (
        "Use smooth matte white card or this page turned to its empty field (two more sheets beneath, so that nothing "
        "shows through). Never glossy paper, never a wall with texture.",
        "Lay it at the place of the skin, square to the camera, so that it fills the whole picture. Lock exposure and "
        "white balance at the values used for skin; white may be bright but nowhere overexposed.",
        "Take one picture for each light, in the order of the lights; a fixed ring needs one.",
        "Command line: python main.py calibrate flat-field PICTURE... --out DEVICE.json",
    )
    frame: list[Box | Ring] = []
    for x, y, width, height in ((30, 100, 150, 0.2), (30, 250, 150, 0.2), (30, 100, 0.2, 150), (179.8, 100, 0.2, 150)):
        frame.append(Box(x, y, width, height, _GREY))
    return Sheet("white-field", tuple(frame), tuple(_head("White field", steps)))


def light_sheet() -> Sheet:
    """Places for a ball on black, in the middle and around it."""
    steps = (
        _PRINT,
        "Take a polished steel ball (a bearing ball, 4 to 10 mm) or a matte white one. Lay the black field at the "
        "place of the skin, the cross in the middle of the picture, the ball on a ring; hold it with a dot of putty.",
        "Dim the room. Take one picture for each light, in the order of the lights, nothing moved between them. Paint "
        "a mask: the ball white, all else black.",
        "Lights close to the skin: repeat with the ball on two or more other rings and give one mask for each place; "
        "the station then finds positions instead of directions. It needs the scale first.",
        "Command line: python main.py calibrate lights PICTURE... --ball mirror --mask MASK... --out DEVICE.json",
    )
    x, y, side = 55.0, 120.0, 100.0
    middle_x, middle_y = x + side / 2, y + side / 2
    shapes: list[Box | Ring] = [Box(x, y, side, side, BLACK)]
    shapes += [Box(middle_x - 1, middle_y - 0.05, 2, 0.1, WHITE), Box(middle_x - 0.05, middle_y - 1, 0.1, 2, WHITE)]
    for reach in (0.0, 4.0, 10.0, 20.0):
        for right, down in ((1, 0), (-1, 0), (0, 1), (0, -1)) if reach else ((0, 0),):
            shapes.append(Ring(middle_x + reach * right, middle_y + reach * down, 1.5, 0.1, WHITE))
    words = _head("Light card", steps)
    words.append(Words(x, y + side + 2, "Rings 0, 4, 10 and 20 mm from the middle", side, 8))
    return Sheet("light-card", tuple(shapes), tuple(words))


def depth_sheet() -> Sheet:
    """How to make grooves of known depth from feeler gauges, drawn to scale."""
    steps = (
        "Best: a matte plate with V- or U-grooves of measured depth, 50 to 400 µm deep and 0.5 to 3 mm wide.",
        "From feeler gauges: glue two blades of the same thickness on a flat plate, 2 mm apart, as drawn. Press one "
        "strip of thin matte white tape over both and into the gap, so that its walls slope: a camera sees slopes, "
        "never upright walls. The groove is as deep as the blades are thick; make two or more, such as 100 and 300 µm.",
        "Steel and gloss mirror the lights: every target must be matte, of one colour, without a shadow in the groove.",
        "Take each target at the place of the skin, the groove in the middle, upright in the picture; measure it "
        "with the scale: python main.py measure PICTURE... --calibration DEVICE.json --out FOLDER",
        "Command line: python main.py calibrate depth FOLDER=DEPTH_UM ... --out DEVICE.json",
    )
    blade, gap, height, top = 12.7, 2.0, 90.0, 140.0
    left = 105 - gap / 2 - blade
    shapes: list[Box | Ring] = []
    for x in (left, 105 + gap / 2):
        shapes += [Box(x, top, blade, height, (225, 225, 225))]
        shapes += [Box(x + edge - 0.1, top, 0.2, height) for edge in (0.0, blade)]
    shapes += [Box(85, top + 20, 40, 0.2, _GREY), Box(85, top + 70, 40, 0.2, _GREY)]
    words = _head("Depth target", steps)
    words.append(Words(132, top + 4, "blade | gap of 2 mm | blade", 50, 8))
    words.append(Words(132, top + 42, "tape between these two lines, pressed into the gap", 50, 8))
    return Sheet("depth-target", tuple(shapes), tuple(words))


def _head(title: str, steps: tuple[str, ...]) -> list[Words]:
    """Title and numbered steps; the lines a step takes are guessed generously."""
    words = [Words(_LEFT, 15, f"Rhytid · {title}", 170, 16, is_bold=True)]
    y = 27.0
    for number, step in enumerate(steps, start=1):
        words.append(Words(_LEFT, y, f"{number}. {step}", 170, 9))
        y += 4.2 * (1 + len(step) // 90) + 1.6
    return words
