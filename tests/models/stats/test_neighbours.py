import numpy as np

from models.stats.neighbours import nearest


def test_nearest_is_what_a_full_search_finds():
    random = np.random.default_rng(0)
    queries, known = random.normal(size=(20, 5)), random.normal(size=(50, 5))
    full = np.sort(np.linalg.norm(queries[:, None] - known, axis=2), axis=1)
    distance, place = nearest(queries, known, 4)
    np.testing.assert_allclose(distance, full[:, :4])
    np.testing.assert_allclose(np.linalg.norm(queries - known[place[:, 2]], axis=1), distance[:, 2])
