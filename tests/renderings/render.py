"""Renders the scenes of `truth.py` with the path tracer Mitsuba 3, which is independent of our own simulator.

Not run by the tests: the pictures are committed. To make them anew: `pip install mitsuba`, then
`python -m tests.renderings.render`.
"""

import json
from pathlib import Path

import cv2
import mitsuba as mi
import numpy as np

from tests.renderings.truth import NEAR_LIGHTS_MM, SCENES, SHAPE, SPACING_MM, Scene

SAMPLES = 256
MESH_STEP_MM = 0.02
HERE = Path(__file__).parent


def surface_mesh(scene: Scene) -> "mi.Mesh":
    """A triangle mesh of the scene, twice as fine as the pixels and wider than the picture."""
    half_x, half_y = (SHAPE[1] / 2 + 60) * SPACING_MM, (SHAPE[0] / 2 + 60) * SPACING_MM
    x, y = np.meshgrid(np.arange(-half_x, half_x, MESH_STEP_MM), np.arange(-half_y, half_y, MESH_STEP_MM))
    points = np.stack([x, y, scene.height_at(x, y) / 1000], axis=-1).reshape(-1, 3)
    index = np.arange(x.size).reshape(x.shape)
    a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]
    faces = np.concatenate([np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)])
    properties = mi.Properties()
    properties["bsdf"] = mi.load_dict(material(scene))
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
    colour = {"type": "rgb", "value": list(scene.reflectance)}
    if scene.gloss_roughness is None:
        return {"type": "diffuse", "reflectance": colour}
    return {
        "type": "roughplastic", "diffuse_reflectance": colour, "alpha": scene.gloss_roughness,
        "int_ior": 1.4, "nonlinear": False, "distribution": "ggx",
    }  # fmt: skip


def camera() -> dict[str, object]:
    """Looks straight down from 100 mm; orthographic; x right, y up."""
    rows, cols = SHAPE
    half_width = cols * SPACING_MM / 2
    to_world = mi.ScalarTransform4f().look_at(origin=[0, 0, 100], target=[0, 0, 0], up=[0, 1, 0])
    return {
        "type": "orthographic", "to_world": to_world @ mi.ScalarTransform4f().scale([half_width, half_width, 1]),
        "film": {"type": "hdrfilm", "width": cols, "height": rows, "rfilter": {"type": "box"}, "pixel_format": "rgb"},
        "sampler": {"type": "independent", "sample_count": SAMPLES},
    }  # fmt: skip


def render(scene: Scene, light_mm: tuple[float, float, float]) -> np.ndarray:
    world = mi.load_dict({
        "type": "scene", "integrator": {"type": "path", "max_depth": 6}, "sensor": camera(),
        "skin": surface_mesh(scene),
        "light": {"type": "point", "position": list(light_mm), "intensity": {"type": "rgb", "value": 6000.0}},
    })  # fmt: skip
    return np.array(mi.render(world))[..., :3]


def encode(linear: np.ndarray, is_srgb8: bool) -> np.ndarray:
    if not is_srgb8:
        return np.round(np.clip(linear, 0, 1) * 65535).astype(np.uint16)
    srgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.maximum(linear, 1e-9) ** (1 / 2.4) - 0.055)
    return np.round(np.clip(srgb, 0, 1) * 255).astype(np.uint8)


def main() -> None:
    mi.set_variant("scalar_rgb")
    for scene in SCENES:
        folder = HERE / scene.name
        folder.mkdir(exist_ok=True)
        for number, light in enumerate(NEAR_LIGHTS_MM):
            linear = render(scene, light)
            print(scene.name, number, "median", float(np.median(linear)), "max", float(linear.max()))
            picture = encode(linear, scene.is_srgb8)
            cv2.imwrite(str(folder / f"light-{number}.png"), picture[..., ::-1])
        lights = {
            "model": "near",
            "unit": "mm",
            "positions": NEAR_LIGHTS_MM,
            "intensities": [1.0] * len(NEAR_LIGHTS_MM),
        }
        (folder / "lights.json").write_text(json.dumps(lights) + "\n")


if __name__ == "__main__":
    main()
