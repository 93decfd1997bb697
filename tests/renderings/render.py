"""Renders the scenes of `truth.py` with the path tracer Mitsuba 3, which is independent of our own simulator.

Not run by the tests: the pictures are committed. To make them anew: `pip install mitsuba`, then
`python -m tests.renderings.render [SCENE ...]`.
"""

import json
import sys
from pathlib import Path

import cv2
import mitsuba as mi
import numpy as np

from tests.renderings.truth import SCENES, Medium, Place, Scene

SAMPLES, SAMPLES_UNDER_THE_SURFACE = 256, 96
MESH_STEP_MM = 0.02
HERE = Path(__file__).parent


def surface_mesh(scene: Scene) -> "mi.Mesh":
    """A triangle mesh of the scene, twice as fine as the pixels and wider than the picture."""
    half_y, half_x = ((pixels / 2 + 60) * scene.spacing_mm for pixels in scene.shape)
    x, y = np.meshgrid(np.arange(-half_x, half_x, MESH_STEP_MM), np.arange(-half_y, half_y, MESH_STEP_MM))
    points = np.stack([x, y, scene.height_at(x, y) / 1000], axis=-1).reshape(-1, 3)
    index = np.arange(x.size).reshape(x.shape)
    a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]
    faces = np.concatenate([np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)])
    properties = mi.Properties()
    properties["bsdf"] = mi.load_dict(material(scene))
    if scene.medium is not None:
        properties["interior"] = mi.load_dict(under_the_surface(scene.medium))
    mesh = mi.Mesh(scene.name, len(points), len(faces), has_vertex_normals=True, props=properties)
    values = mi.traverse(mesh)
    values["vertex_positions"] = points.astype(np.float32).ravel()
    values["faces"] = faces.astype(np.uint32).ravel()
    values["vertex_normals"] = vertex_normals(scene, x, y).astype(np.float32).ravel()
    values.update()
    return mesh


def vertex_normals(scene: Scene, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    step = 1e-3
    slope_x = (scene.height_at(x + step, y) - scene.height_at(x - step, y)) / (2000 * step)
    slope_y = (scene.height_at(x, y + step) - scene.height_at(x, y - step)) / (2000 * step)
    normals = np.stack([-slope_x, -slope_y, np.ones_like(x)], axis=-1)
    return np.asarray(normals / np.linalg.norm(normals, axis=-1, keepdims=True))


def material(scene: Scene) -> dict[str, object]:
    if scene.medium is not None:
        return {"type": "null"}
    colour = {"type": "rgb", "value": list(scene.reflectance)}
    if scene.gloss_roughness is None:
        return {"type": "diffuse", "reflectance": colour}
    return {
        "type": "roughplastic", "diffuse_reflectance": colour, "alpha": scene.gloss_roughness,
        "int_ior": 1.4, "nonlinear": False, "distribution": "ggx",
    }  # fmt: skip


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
    samples = SAMPLES if scene.medium is None else SAMPLES_UNDER_THE_SURFACE
    to_world = mi.ScalarTransform4f().look_at(origin=[0, 0, 100], target=[0, 0, 0], up=[0, 1, 0])
    return {
        "type": "orthographic", "to_world": to_world @ mi.ScalarTransform4f().scale([half_width, half_width, 1]),
        "film": {"type": "hdrfilm", "width": cols, "height": rows, "rfilter": {"type": filter_kind},
                 "pixel_format": "rgb"},
        "sampler": {"type": "independent", "sample_count": samples},
    }  # fmt: skip


def render(scene: Scene, light_mm: Place) -> np.ndarray:
    opaque, clear = {"type": "path", "max_depth": 6}, {"type": "volpathmis", "max_depth": 200, "rr_depth": 30}
    world = mi.load_dict({
        "type": "scene", "integrator": opaque if scene.medium is None else clear, "sensor": camera(scene),
        "skin": surface_mesh(scene),
        "light": {"type": "point", "position": list(light_mm), "intensity": {"type": "rgb", "value": scene.intensity}},
    })  # fmt: skip
    return np.array(mi.render(world))[..., :3]


def without_fireflies(linear: np.ndarray) -> np.ndarray:
    """Rare light paths under the surface leave single bright pixels; they take the median around them."""
    around = np.dstack([cv2.medianBlur(np.ascontiguousarray(linear[..., c], dtype=np.float32), 5) for c in range(3)])
    return np.where(linear > 1.5 * around, around, linear)


def encode(linear: np.ndarray, is_srgb8: bool) -> np.ndarray:
    if not is_srgb8:
        return np.round(np.clip(linear, 0, 1) * 65535).astype(np.uint16)
    srgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.maximum(linear, 1e-9) ** (1 / 2.4) - 0.055)
    return np.round(np.clip(srgb, 0, 1) * 255).astype(np.uint8)


def main() -> None:
    mi.set_variant("scalar_rgb")
    wanted = sys.argv[1:]
    for scene in [s for s in SCENES if not wanted or s.name in wanted]:
        folder = HERE / scene.name
        folder.mkdir(exist_ok=True)
        for number, light in enumerate(scene.lights_mm):
            linear = render(scene, light)
            linear = linear if scene.medium is None else without_fireflies(linear)
            print(scene.name, number, "median", float(np.median(linear)), "max", float(linear.max()))
            picture = encode(linear, scene.is_srgb8)
            cv2.imwrite(str(folder / f"light-{number}.png"), picture[..., ::-1])
        lights = {
            "model": "near",
            "unit": "mm",
            "positions": scene.lights_mm,
            "intensities": [1.0] * len(scene.lights_mm),
        }
        (folder / "lights.json").write_text(json.dumps(lights) + "\n")


if __name__ == "__main__":
    main()
