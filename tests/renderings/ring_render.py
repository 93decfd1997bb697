"""Renders the scenes of `ring.py` with Mitsuba 3. Not run by the tests: the pictures are committed.

To make them anew: `pip install mitsuba`, then `python -m tests.renderings.ring_render [SCENE ...]`.
"""

import sys
from pathlib import Path

import cv2
import mitsuba as mi
import numpy as np

from tests.renderings.ring import RING_SCENES, RingScene

BRIGHT = 0.55
"""Linear value of the picture's brightest percent."""
SAMPLES = 256
MESH_STEP_MM = 0.025


def mesh(scene: RingScene) -> "mi.Mesh":
    """A triangle mesh with the colour on its points, wider than the picture."""
    half_y, half_x = ((pixels / 2 + 40) * scene.spacing_mm for pixels in scene.shape)
    x, y = np.meshgrid(np.arange(-half_x, half_x, MESH_STEP_MM), np.arange(-half_y, half_y, MESH_STEP_MM))
    points = np.stack([x, y, scene.height_at(x, y) / 1000], axis=-1).reshape(-1, 3)
    index = np.arange(x.size).reshape(x.shape)
    a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]
    faces = np.concatenate([np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)])
    properties = mi.Properties()
    properties["bsdf"] = mi.load_dict(material(scene, scene.colour_at(x, y)))
    found = mi.Mesh(
        scene.name, len(points), len(faces), has_vertex_normals=True, has_vertex_texcoords=True, props=properties
    )
    values = mi.traverse(found)
    values["vertex_positions"] = points.astype(np.float32).ravel()
    values["faces"] = faces.astype(np.uint32).ravel()
    rows, cols = x.shape
    places = np.stack([(np.indices(x.shape)[1] + 0.5) / cols, (np.indices(x.shape)[0] + 0.5) / rows], axis=-1)
    values["vertex_texcoords"] = places.astype(np.float32).ravel()
    values["vertex_normals"] = vertex_normals(scene, x, y).astype(np.float32).ravel()
    values.update()
    return found


def vertex_normals(scene: RingScene, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    step = 1e-3
    slope_x = (scene.height_at(x + step, y) - scene.height_at(x - step, y)) / (2000 * step)
    slope_y = (scene.height_at(x, y + step) - scene.height_at(x, y - step)) / (2000 * step)
    normals = np.stack([-slope_x, -slope_y, np.ones_like(x)], axis=-1)
    return np.asarray(normals / np.linalg.norm(normals, axis=-1, keepdims=True))


def material(scene: RingScene, colours: np.ndarray) -> dict[str, object]:
    colour = {"type": "bitmap", "data": mi.TensorXf(colours.astype(np.float32)), "raw": True, "wrap_mode": "clamp"}
    if scene.gloss_roughness is None:
        return {"type": "diffuse", "reflectance": colour}
    return {
        "type": "roughplastic", "diffuse_reflectance": colour, "alpha": scene.gloss_roughness,
        "int_ior": 1.4, "nonlinear": False, "distribution": "ggx",
    }  # fmt: skip


def camera(scene: RingScene) -> dict[str, object]:
    """Looks straight down from 100 mm; orthographic; x right, y up."""
    rows, cols = scene.shape
    half_width = cols * scene.spacing_mm / 2
    to_world = mi.ScalarTransform4f().look_at(origin=[0, 0, 100], target=[0, 0, 0], up=[0, 1, 0])
    return {
        "type": "orthographic", "to_world": to_world @ mi.ScalarTransform4f().scale([half_width, half_width, 1]),
        "film": {"type": "hdrfilm", "width": cols, "height": rows, "rfilter": {"type": "gaussian"},
                 "pixel_format": "rgb"},
        "sampler": {"type": "independent", "sample_count": SAMPLES},
    }  # fmt: skip


def render(scene: RingScene) -> np.ndarray:
    lights = {
        f"light_{i}": {"type": "point", "position": list(p), "intensity": {"type": "rgb", "value": 500.0}}
        for i, p in enumerate(scene.lights_mm)
    }
    integrator = {"type": "path", "max_depth": 6}
    parts = {"type": "scene", "integrator": integrator, "sensor": camera(scene), "skin": mesh(scene)}
    linear = np.array(mi.render(mi.load_dict({**parts, **lights})))[..., :3]
    return np.asarray(linear * BRIGHT / np.percentile(linear.mean(axis=-1), 99))


def main(wanted: list[str]) -> None:
    mi.set_variant("scalar_rgb")
    for scene in [s for s in RING_SCENES if not wanted or s.name in wanted]:
        linear = render(scene)
        srgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.maximum(linear, 1e-9) ** (1 / 2.4) - 0.055)
        picture = np.round(np.clip(srgb, 0, 1) * 255).astype(np.uint8)
        cv2.imwrite(str(Path(__file__).parent / f"{scene.name}.png"), picture[..., ::-1])
        print(scene.name, "median", float(np.median(linear)))


if __name__ == "__main__":
    main(sys.argv[1:])
