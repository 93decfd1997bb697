"""Open metrology formats: X3P (ISO 25178-72) and Gwyddion Simple Field. Both hold metres and need a spacing.

Rows stay as they are in the picture, the first row at the top.
"""

import hashlib
import xml.etree.ElementTree as ElementTree
import zipfile
from datetime import datetime
from pathlib import Path

import numpy as np

from imaging.model.arrays import FloatMap
from imaging.model.geometry import Spacing
from imaging.version import __version__

_NAMESPACE = "http://www.opengps.eu/2008/ISO5436_2"
_HEIGHTS = "bindata/data.bin"
_CHECKSUM = "md5checksum.hex"
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'


def write_x3p(path: Path, height_um: FloatMap, spacing: Spacing, made_at: datetime) -> None:
    """Write heights as X3P after ISO 25178-72:2017: a zip of main.xml, binary heights and the checksum of main.xml.

    Parameters
    ----------
    height_um : (rows, cols) µm; NaN marks points that were not measured, as the standard says for float data
    made_at : with a time zone
    """
    heights = np.ascontiguousarray(height_um * 1e-6, dtype="<f4").tobytes()
    main = _main_xml(height_um.shape, spacing, hashlib.md5(heights).hexdigest(), made_at)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("main.xml", main, zipfile.ZIP_DEFLATED)
        archive.writestr(_HEIGHTS, heights, zipfile.ZIP_STORED)
        archive.writestr(_CHECKSUM, f"{hashlib.md5(main).hexdigest()} *main.xml\n", zipfile.ZIP_STORED)


def _main_xml(shape: tuple[int, ...], spacing: Spacing, digest: str, made_at: datetime) -> bytes:
    root = ElementTree.Element("p:ISO5436_2", {"xmlns:p": _NAMESPACE})
    _add_axes(_add(root, "Record1"), spacing)
    _add_origin(_add(root, "Record2"), made_at)
    record = _add(root, "Record3")
    size = _add(record, "MatrixDimension")
    for name, count in (("SizeX", shape[1]), ("SizeY", shape[0]), ("SizeZ", 1)):
        _add(size, name, str(count))
    link = _add(record, "DataLink")
    _add(link, "PointDataLink", _HEIGHTS)
    _add(link, "MD5ChecksumPointData", digest)
    _add(_add(root, "Record4"), "ChecksumFile", _CHECKSUM)
    ElementTree.indent(root)
    return _DECLARATION + ElementTree.tostring(root, encoding="unicode").encode()


def _add(parent: ElementTree.Element, tag: str, text: str | None = None) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, tag)
    child.text = text
    return child


def _add_axes(record: ElementTree.Element, spacing: Spacing) -> None:
    """X and Y count up in equal steps, Z is stored as it is in 32-bit float."""
    _add(record, "Revision", "ISO5436 - 2000")
    _add(record, "FeatureType", "SUR")
    axes = _add(record, "Axes")
    steps = (("CX", "I", "D", spacing.col_mm * 1e-3), ("CY", "I", "D", spacing.row_mm * 1e-3), ("CZ", "A", "F", 1.0))
    for name, kind, number, step in steps:
        axis = _add(axes, name)
        _add(axis, "AxisType", kind)
        _add(axis, "DataType", number)
        _add(axis, "Increment", repr(step))
        _add(axis, "Offset", "0")


def _add_origin(record: ElementTree.Element, made_at: datetime) -> None:
    _add(record, "Date", made_at.isoformat(timespec="seconds"))
    instrument = _add(record, "Instrument")
    for tag, text in (("Manufacturer", "Rhytid"), ("Model", "Rhytid"), ("Serial", "-"), ("Version", __version__)):
        _add(instrument, tag, text)
    _add(record, "CalibrationDate", made_at.isoformat(timespec="seconds"))
    probe = _add(record, "ProbingSystem")
    _add(probe, "Type", "NonContacting")
    _add(probe, "Identification", "Photometric stereo")
    _add(record, "Comment", "Form removed (2nd order). Optical depth, not verified on living skin.")


def write_gsf(path: Path, height_um: FloatMap, spacing: Spacing, title: str) -> None:
    """Write heights as Gwyddion Simple Field 1.0: header, NUL padding to four bytes, 32-bit floats; NaN allowed.

    Source: Gwyddion user guide, "Simple Field Files".

    Parameters
    ----------
    height_um : (rows, cols) µm
    title : one line
    """
    rows, cols = height_um.shape
    fields = {
        "XRes": cols,
        "YRes": rows,
        "XReal": repr(cols * spacing.col_mm * 1e-3),
        "YReal": repr(rows * spacing.row_mm * 1e-3),
        "XYUnits": "m",
        "ZUnits": "m",
        "Title": title,
    }
    header = "Gwyddion Simple Field 1.0\n" + "".join(f"{name} = {value}\n" for name, value in fields.items())
    start = header.encode()
    padding = b"\0" * (4 - len(start) % 4)
    path.write_bytes(start + padding + np.ascontiguousarray(height_um * 1e-6, dtype="<f4").tobytes())
