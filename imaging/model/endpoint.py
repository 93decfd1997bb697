"""The endpoints by name: what each is called on screen and paper, its unit, and the words for more and less of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from imaging.model.measurement import Measurement


@dataclass(frozen=True)
class Endpoint:
    """One number of a measurement."""

    key: str
    """Group and key, for example "wrinkles.deepest_mean_depth_um"."""
    title: str
    unit: str
    more: str
    """What the skin is when the number grew, for example "deeper"."""
    less: str

    @property
    def group(self) -> str:
        return self.key.partition(".")[0]

    @property
    def name(self) -> str:
        """The key within its group."""
        return self.key.partition(".")[2]

    @property
    def may_be_judged(self) -> bool:
        """False for counts and extremes, whatever their unit: they follow the noise and the size of the picture."""
        return self.name.removesuffix("_um").removesuffix("_rel") not in _NEVER_JUDGED

    @property
    def full_title(self) -> str:
        """With its group, for example "Wrinkles: mean depth of all"; symbols of texture keep their capitals."""
        title = self.title if self.group == "texture" else f"{self.title[:1].lower()}{self.title[1:]}"
        return f"{self.group.capitalize()}: {title}"


def endpoint(key: str) -> Endpoint:
    """The endpoint with this key; an unknown one is called by its key."""
    return _BY_KEY.get(key) or Endpoint(key, key.partition(".")[2] or key, "", "more", "less")


def value_of(measurement: Measurement, key: str) -> tuple[float | None, float | None]:
    """Value and standard uncertainty of an endpoint; depths of an uncalibrated single light are found under `_rel`."""
    group, _, name = key.partition(".")
    values: Mapping[str, float | int | None] = getattr(measurement, group)
    if name not in values and name.endswith("_um"):
        name = name.removesuffix("_um") + "_rel"
    return values.get(name), values.get(f"u_{name}")


_NEVER_JUDGED = frozenset(("count", "max_depth", "deepest_max_depth", "max_width", "Sz", "Sp", "Sv", "Ssk", "Sku"))
_ROUGH = ("rougher", "smoother")
_LARGE = ("larger", "smaller")
_TITLES: dict[str, tuple[str, str, tuple[str, str]]] = {
    "wrinkles.count": ("Number", "", ("more", "fewer")),
    "wrinkles.total_length_mm": ("Total length", "mm", ("longer", "shorter")),
    "wrinkles.area_mm2": ("Area", "mm²", _LARGE),
    "wrinkles.area_pct": ("Share of the area", "%", _LARGE),
    "wrinkles.mean_depth_um": ("Mean depth of all", "µm", ("deeper", "shallower")),
    "wrinkles.max_depth_um": ("Largest depth of all", "µm", ("deeper", "shallower")),
    "wrinkles.deepest_mean_depth_um": ("Deepest wrinkle, mean depth", "µm", ("deeper", "shallower")),
    "wrinkles.deepest_max_depth_um": ("Deepest, largest depth", "µm", ("deeper", "shallower")),
    "wrinkles.mean_width_um": ("Mean width", "µm", ("wider", "narrower")),
    "wrinkles.max_width_um": ("Largest width", "µm", ("wider", "narrower")),
    "wrinkles.volume_mm3": ("Volume", "mm³", _LARGE),
    "wrinkles.mean_spacing_mm": ("Mean spacing", "mm", ("further apart", "closer together")),
    "depressions.count": ("Number", "", ("more", "fewer")),
    "depressions.area_mm2": ("Area", "mm²", _LARGE),
    "depressions.area_pct": ("Share of the area", "%", _LARGE),
    "depressions.mean_depth_um": ("Mean depth", "µm", ("deeper", "shallower")),
    "depressions.max_depth_um": ("Largest depth", "µm", ("deeper", "shallower")),
    "depressions.volume_mm3": ("Volume", "mm³", _LARGE),
    "texture.Sa_um": ("Sa, mean roughness", "µm", _ROUGH),
    "texture.Sq_um": ("Sq, root mean square", "µm", _ROUGH),
    "texture.Sz_um": ("Sz, largest height", "µm", _ROUGH),
    "texture.Sp_um": ("Sp, highest peak", "µm", _ROUGH),
    "texture.Sv_um": ("Sv, deepest pit", "µm", _ROUGH),
    "texture.Ssk": ("Ssk, skewness", "", ("more peaks", "more pits")),
    "texture.Sku": ("Sku, kurtosis", "", ("spikier", "flatter")),
    "texture.Sdq": ("Sdq, mean slope", "", ("steeper", "gentler")),
    "texture.Sdr_pct": ("Sdr, developed area", "%", _ROUGH),
    "texture.Sal_um": ("Sal, grain", "µm", ("coarser", "finer")),
    "texture.Str": ("Str, isotropy", "", ("less directed", "more directed")),
}
ENDPOINTS = tuple(Endpoint(key, title, unit, *words) for key, (title, unit, words) in _TITLES.items())
"""All endpoints in the order in which they are shown."""
_BY_KEY = {item.key: item for item in ENDPOINTS}
