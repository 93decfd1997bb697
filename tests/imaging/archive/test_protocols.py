"""Protocols: the shipped ones, the way through TOML, and that every mistake is named."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from imaging.archive.protocols import protocol_from_values, protocol_to_values, read_protocol
from imaging.archive.settings_file import read_settings
from imaging.errors import ArchiveError
from imaging.model.protocol import Laterality, StudyProtocol, VisitWindow
from imaging.model.settings import StationSettings
from tests.imaging.archive.clinic import PROTOCOLS

SHIPPED = sorted(PROTOCOLS.glob("*.toml"))
SNOMED = {
    "crows-feet": "37671003",
    "forehead": "68698007",
    "nasolabial-fold": "37108007",
    "lower-eyelid": "40069000",
    "eye-region": "362916000",
    "perioral": "110488009",
    "cheek": "36141000",
    "upper-lip": "16251004",
    "neck": "43081002",
    "glabella": "68698007",
}


def test_the_four_week_study_asks_what_the_reference_study_did(protocol: StudyProtocol) -> None:
    assert (protocol.code, protocol.kind, protocol.replicates) == ("four-week", "study", 3)
    assert protocol.visits == (VisitWindow(0, 0, 0), VisitWindow(2, 3, 3), VisitWindow(4, 3, 3))
    assert [site.code for site in protocol.sites] == ["crows-feet", "forehead", "cheek"]
    assert protocol.site("crows-feet").sides == (Laterality.LEFT, Laterality.RIGHT)
    assert (protocol.headline_site, protocol.headline_endpoint) == ("crows-feet", "wrinkles.deepest_mean_depth_um")
    assert protocol.gates.climate_gates


def test_a_follow_up_asks_little() -> None:
    protocol = read_protocol(PROTOCOLS / "follow-up.toml")
    assert (protocol.kind, protocol.visits, protocol.replicates) == ("follow-up", (), 1)
    assert {site.code: site.snomed for site in protocol.sites} == SNOMED
    assert not protocol.gates.climate_gates
    assert all(site.placement for site in protocol.sites)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_protocol_survives_the_way_through_plain_values(path: Path) -> None:
    protocol = read_protocol(path)
    assert protocol_from_values(protocol_to_values(protocol)) == protocol
    finer = replace(protocol, limits=replace(protocol.limits, s_filter_um=30.0))
    assert protocol_from_values(protocol_to_values(finer)) == finer


def changed(change: str) -> str:
    """The four-week protocol with one line replaced ("old -> new") or a line added before all others."""
    text = (PROTOCOLS / "four-week.toml").read_text(encoding="utf-8")
    old, arrow, new = change.partition(" -> ")
    assert not arrow or old in text
    return text.replace(old, new, 1) if arrow else f"{old}\n{text}"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ('code = "four-week" -> code = ', "not TOML"),
        ('name = "Four-week topical study" -> ', '"name" is missing'),
        ("replicates = 3 -> replicates = 0", "replicates"),
        ('replicates = 3 -> replicates = "three"', "replicates"),
        ("replicates = 3 -> replicates = 2.5", "replicates"),
        ("replicates = 3 -> replicates = true", "replicates"),
        ('kind = "study" -> kind = "survey"', "kind"),
        ('code = "four-week" -> code = "Four week"', "small letters"),
        ('code = "cheek" -> code = "../cheek"', "small letters"),
        ('code = "cheek" -> code = "forehead"', "same code twice"),
        ('sides = ["midline"] -> sides = []', "sides"),
        ('sides = ["midline"] -> sides = ["middle"]', "sides"),
        ('sides = ["midline"] -> sides = ["midline", "midline"]', "sides"),
        ('snomed = "68698007" -> ', "sites.1.snomed"),
        ("week = 2 -> week = 4", "same week twice"),
        ("week = 2 -> week = -2", "below zero"),
        ("days_before = 3 -> days_before = -3", "days_before"),
        ('headline_site = "crows-feet" -> headline_site = "neck"', "headline_site"),
        ("deepest_mean_depth_um -> deepest", "not an endpoint"),
        ("min_focus = 0.6 -> min_focus = 1.6", "fractions"),
        ("min_focus = 0.6 -> min_focus = nan", "not a number"),
        ("max_motion_px = 1.0 -> max_motion_px = -1.0", "below zero"),
        ("min_brightness = 0.25 -> min_brightness = 0.95", "upper limit"),
        ("max_width_mm = 5.0 -> max_width_mm = 0.1", "upper limit"),
        ("heat_map_limit_um = 200.0 -> heat_map_limit_um = 0.0", "not a number"),
        ("climate_gates = true -> climate_gate = true", '"gates.climate_gate" is not a key'),
        ("min_length_mm = 2.0 -> min_lenght_mm = 2.0", "limits.wrinkle.min_lenght_mm"),
        ('placement = "Midline -> place = "Midline', "sites.1.place"),
        ("started = 2026-01-01", "started"),
    ],
)
def test_every_mistake_is_named_with_file_and_key(tmp_path: Path, change: str, words: str) -> None:
    path = tmp_path / "protocol.toml"
    path.write_text(changed(change), encoding="utf-8")
    with pytest.raises(ArchiveError, match=words) as caught:
        read_protocol(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_protocol_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe")
    for path in (tmp_path / "none.toml", tmp_path / "binary.toml", tmp_path):
        with pytest.raises(ArchiveError, match="cannot be read"):
            read_protocol(path)


def test_shipped_files_say_everything_in_plain_toml() -> None:
    assert [path.stem for path in SHIPPED] == ["bridging", "follow-up", "four-week", "repeatability"]
    for path in SHIPPED:
        assert tomllib.loads(path.read_text(encoding="utf-8"))["version"] == "1.0"


def test_the_shipped_settings_are_those_of_a_new_station() -> None:
    assert read_settings(PROTOCOLS.parent / "defaults.toml") == StationSettings()
