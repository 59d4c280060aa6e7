"""Is a series demand that comes now and then, and of which kind."""

from dataclasses import dataclass
from typing import Literal

from models.types import FloatArray

DemandClass = Literal["smooth", "erratic", "intermittent", "lumpy"]
_MOST_INTERVAL, _MOST_VARIATION = 1.32, 0.49


@dataclass(frozen=True, slots=True)
class Intermittency:
    """How often values above zero come, and how much they vary.

    ``adi``: observations per demand; ``cv2``: squared coefficient of variation of the demands.
    ``is_intermittent``: the class is intermittent or lumpy.
    """

    adi: float
    cv2: float
    demand_class: DemandClass
    is_intermittent: bool


def intermittency(y: FloatArray) -> Intermittency | None:
    """Classify values of zero and above, shape (t,); None where some are below or none is above.

    Reference: Syntetos, Boylan and Croston (2005), On the categorization of demand patterns, Journal of
    the Operational Research Society 56, 495-503.
    """
    sizes = y[y > 0]
    if (y < 0).any() or not sizes.size:
        return None
    adi = len(y) / len(sizes)
    cv2 = float((sizes.std() / sizes.mean()) ** 2)
    rare, varied = adi >= _MOST_INTERVAL, cv2 >= _MOST_VARIATION
    kinds: dict[tuple[bool, bool], DemandClass] = {
        (False, False): "smooth",
        (False, True): "erratic",
        (True, False): "intermittent",
        (True, True): "lumpy",
    }
    return Intermittency(float(adi), cv2, kinds[bool(rare), bool(varied)], bool(rare))
