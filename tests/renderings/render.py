"""Renders the scenes of `scenes.py` with the path tracer Mitsuba 3, which is independent of our own simulator.

Not run by the tests: the pictures are committed. To make them anew: `pip install mitsuba`, then
`python -m tests.renderings.render [SCENE ...]`.
"""

import json
import sys
from pathlib import Path

import cv2
import mitsuba as mi
import numpy as np

from tests.renderings.scenes import SCENES
from tests.renderings.truth import Medium, Scene

SAMPLES, SAMPLES_UNDER_THE_SURFACE = 256, 96
MESH_STEP_MM = 0.02
UNIT_INTENSITY = 6000.0
HERE = Path(__file__).parent


def surface_mesh(scene: Scene, is_coat: bool = False) -> "mi.Mesh":
    """A triangle mesh of the scene, twice as fine as the pixels and wider than the picture."""
    step = min(MESH_STEP_MM, scene.spacing_mm / 2)
    half_y, half_x = ((pixels / 2 + 60) * scene.spacing_mm for pixels in scene.shape)
    x, y = np.meshgrid(np.arange(-half_x, half_x, step), np.arange(-half_y, half_y, step))
    points = np.stack([x, y, scene.height_at(x, y) / 1000], axis=-1).reshape(-1, 3)
    index = np.arange(x.size).reshape(x.shape)
    a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]
    faces = np.concatenate([np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)])
    properties = mi.Properties()
    properties["bsdf"] = mi.load_dict(coat(scene) if is_coat else material(scene, x, y))
    if scene.medium is not None and not is_coat:
        properties["interior"] = mi.load_dict(under_the_surface(scene.medium))
    mesh = mi.Mesh(
        scene.name, len(points), len(faces), has_vertex_normals=True, has_vertex_texcoords=True, props=properties
    )
    values = mi.traverse(mesh)
    values["vertex_positions"] = points.astype(np.float32).ravel()
    values["faces"] = faces.astype(np.uint32).ravel()
    values["vertex_texcoords"] = texture_places(x).astype(np.float32).ravel()
    values["vertex_normals"] = vertex_normals(scene, x, y).astype(np.float32).ravel()
    values.update()
    return mesh


def texture_places(x: np.ndarray) -> np.ndarray:
    """Texture coordinates that put pixel (row, col) of a picture as large as the grid on its vertex."""
    rows, cols = np.indices(x.shape)
    return np.stack([(cols + 0.5) / x.shape[1], (rows + 0.5) / x.shape[0]], axis=-1)


def vertex_normals(scene: Scene, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    step = 1e-3
    slope_x = (scene.height_at(x + step, y) - scene.height_at(x - step, y)) / (2000 * step)
    slope_y = (scene.height_at(x, y + step) - scene.height_at(x, y - step)) / (2000 * step)
    normals = np.stack([-slope_x, -slope_y, np.ones_like(x)], axis=-1)
    return np.asarray(normals / np.linalg.norm(normals, axis=-1, keepdims=True))


def material(scene: Scene, x: np.ndarray, y: np.ndarray) -> dict[str, object]:
    if scene.medium is not None:
        return {"type": "null"}
    colour = {"type": "rgb", "value": list(scene.reflectance)}
    if scene.pigment is not None:
        colours = np.array(scene.reflectance) * scene.pigment.transmission(x, y)
        colour = {"type": "bitmap", "bitmap": mi.Bitmap(colours.astype(np.float32)), "raw": True}
    if scene.gloss_roughness is None:
        return {"type": "diffuse", "reflectance": colour}
    return glossy(scene, colour)


def coat(scene: Scene) -> dict[str, object]:
    """What the surface mirrors, alone."""
    return glossy(scene, {"type": "rgb", "value": 0.0})


def glossy(scene: Scene, colour: dict[str, object]) -> dict[str, object]:
    broad, narrow = (
        {"type": "roughplastic", "diffuse_reflectance": colour, "alpha": roughness, "int_ior": 1.4,
         "nonlinear": False, "distribution": "ggx"}
        for roughness in (scene.gloss_roughness, scene.second_roughness or scene.gloss_roughness)
    )  # fmt: skip
    return broad if scene.second_roughness is None else {"type": "blendbsdf", "weight": 0.5, "a": broad, "b": narrow}


def under_the_surface(medium: Medium) -> dict[str, object]:
    scattering, absorption = np.array(medium.scattering), np.array(medium.absorption)
    albedo = scattering / (scattering + absorption)
    return {
        "type": "homogeneous", "phase": {"type": "isotropic"},
        "albedo": {"type": "rgb", "value": albedo.tolist()},
        "sigma_t": {"type": "rgb", "value": ((scattering + absorption) / 10).tolist()}, "scale": 10.0,
    }  # fmt: skip


def camera(scene: Scene) -> dict[str, object]:
    """Looks straight down from 100 mm; orthographic; x right, y up."""
    rows, cols = scene.shape
    half_width = cols * scene.spacing_mm / 2
    filter_kind = "box" if scene.medium is None else "gaussian"
    samples = scene.samples or (SAMPLES if scene.medium is None else SAMPLES_UNDER_THE_SURFACE)
    to_world = mi.ScalarTransform4f().look_at(origin=[0, 0, 100], target=[0, 0, 0], up=[0, 1, 0])
    return {
        "type": "orthographic", "to_world": to_world @ mi.ScalarTransform4f().scale([half_width, half_width, 1]),
        "film": {"type": "hdrfilm", "width": cols, "height": rows, "rfilter": {"type": filter_kind},
                 "pixel_format": "rgb"},
        "sampler": {"type": "independent", "sample_count": samples},
    }  # fmt: skip


def render(scene: Scene, number: int) -> np.ndarray:
    """Linear light of one frame, (rows, cols, 3)."""
    if scene.medium is None:
        return traced(scene, number, {"type": "path", "max_depth": 6})
    under = traced(scene, number, {"type": "volpathmis", "max_depth": 200, "rr_depth": 30})
    under = without_fireflies(under)
    if scene.pigment is not None:
        under = under * scene.pigment.transmission(*scene.places_mm())
    if scene.gloss_roughness is None:
        return under
    return under + traced(scene, number, {"type": "path", "max_depth": 2}, is_coat=True)


def traced(scene: Scene, number: int, integrator: dict[str, object], is_coat: bool = False) -> np.ndarray:
    """One light. Under the surface all lights share their paths: what is left of the noise looks like pigment."""
    intensity = scene.intensity or UNIT_INTENSITY
    world = mi.load_dict({
        "type": "scene", "integrator": integrator, "sensor": camera(scene), "skin": surface_mesh(scene, is_coat),
        "light": {"type": "point", "position": list(scene.lights_mm[number]),
                  "intensity": {"type": "rgb", "value": intensity}},
    })  # fmt: skip
    same_paths = 1000 * scene.seed if scene.medium is not None and not is_coat else 1000 * scene.seed + number
    return np.array(mi.render(world, seed=same_paths))[..., :3]


def without_fireflies(linear: np.ndarray) -> np.ndarray:
    """Rare light paths under the surface leave single bright pixels; they take the median around them."""
    around = np.dstack([cv2.medianBlur(np.ascontiguousarray(linear[..., c], dtype=np.float32), 5) for c in range(3)])
    return np.where(linear > 1.5 * around, around, linear)


def exposed(frames: list[np.ndarray], scene: Scene) -> list[np.ndarray]:
    """As the camera takes them: brightness set where the scene asks for it."""
    if scene.intensity is not None:
        return frames
    brightest = np.percentile(np.max(frames, axis=(0, -1)), 99.5)
    return [frame * (0.85 / brightest) for frame in frames]


def with_noise(linear: np.ndarray, electrons: float | None, rng: np.random.Generator) -> np.ndarray:
    """Photon noise of a sensor with this full well, and reading noise of a thousandth."""
    if electrons is None:
        return linear
    spread = np.sqrt(np.maximum(linear, 0) / electrons + 1e-6)
    return np.asarray(linear + spread * rng.standard_normal(linear.shape))


def encode(linear: np.ndarray, is_srgb8: bool) -> np.ndarray:
    if not is_srgb8:
        return np.round(np.clip(linear, 0, 1) * 65535).astype(np.uint16)
    srgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.maximum(linear, 1e-9) ** (1 / 2.4) - 0.055)
    return np.round(np.clip(srgb, 0, 1) * 255).astype(np.uint8)


def write_pictures(frames: list[np.ndarray], scene: Scene, folder: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    for number, linear in enumerate(frames):
        picture = encode(with_noise(linear, scene.electrons, rng), scene.is_srgb8)[..., ::-1]
        if scene.is_jpeg:
            subsampling = [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_422]
            quality = [cv2.IMWRITE_JPEG_QUALITY, 90]
            cv2.imwrite(str(folder / f"light-{number}.jpg"), picture, [*quality, *subsampling])
        else:
            cv2.imwrite(str(folder / f"light-{number}.png"), picture)


def write_lights(scene: Scene, folder: Path) -> None:
    lights = {"model": "near", "unit": "mm", "positions": scene.lights_mm, "intensities": [1.0] * len(scene.lights_mm)}
    (folder / "lights.json").write_text(json.dumps(lights) + "\n")


def write_scene(scene: Scene, folder: Path) -> list[np.ndarray]:
    """Renders a scene into a folder; the linear frames come back."""
    folder.mkdir(parents=True, exist_ok=True)
    frames = exposed([render(scene, number) for number in range(len(scene.lights_mm))], scene)
    write_pictures(frames, scene, folder, scene.seed)
    write_lights(scene, folder)
    return frames


def main() -> None:
    mi.set_variant("scalar_rgb")
    wanted = sys.argv[1:]
    for scene in [s for s in SCENES if not wanted or s.name in wanted]:
        frames = write_scene(scene, HERE / scene.name)
        print(scene.name, "median", float(np.median(frames)), "max", float(np.max(frames)))


if __name__ == "__main__":
    main()
