import pytest
import torch

from models.networks.options import Attention
from models.networks.patches import PatchEncoder


def test_patches_overlap_by_half_and_the_last_ends_with_the_window() -> None:
    encoder = PatchEncoder(1, 9, Attention(patch=4, hidden=2, heads=2, layers=1))
    found = encoder.patches(torch.arange(9.0).reshape(1, 9, 1))
    assert found[0].tolist() == [[1, 2, 3, 4], [3, 4, 5, 6], [5, 6, 7, 8]]
    assert encoder.size == 3 * 4


def test_a_patch_is_no_longer_than_a_window() -> None:
    encoder = PatchEncoder(2, 5, Attention(patch=12, hidden=3, heads=1, layers=1))
    assert encoder.patches(torch.randn(2, 5, 2)).shape == (2, 1, 10)
    assert encoder(torch.randn(2, 5, 2)).shape == (2, 3)


def test_a_layer_is_that_of_the_paper() -> None:
    """Attention by softmax of products over the root of their size, behind a norm and beside a way around."""
    torch.manual_seed(0)
    encoder = PatchEncoder(1, 8, Attention(patch=4, hidden=3, heads=2, layers=1)).eval()
    x = torch.randn(5, 8, 1)
    vectors = encoder.embed(encoder.patches(x)) + encoder.places
    layer = encoder.layers.layers[0]
    normed = layer.norm1(vectors)
    weight, bias = layer.self_attn.in_proj_weight, layer.self_attn.in_proj_bias
    q, k, v = (
        part.reshape(5, 3, 2, 3).transpose(1, 2)
        for part in (normed @ weight.T + bias).chunk(3, dim=2)
    )
    looked = torch.softmax(q @ k.transpose(2, 3) / 3**0.5, dim=-1) @ v
    joined = vectors + layer.self_attn.out_proj(looked.transpose(1, 2).flatten(2))
    inner = torch.nn.functional.gelu(layer.linear1(layer.norm2(joined)))
    expected = joined + layer.linear2(inner)
    torch.testing.assert_close(encoder(x), expected.flatten(1), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("dropout", "repeatable"), [(0.0, True), (0.2, False)])
def test_dropout_between_patches_is_drawn_anew(dropout: float, repeatable: bool) -> None:
    encoder = PatchEncoder(1, 8, Attention(patch=4, hidden=3, heads=2, layers=1, dropout=dropout))
    x = torch.randn(3, 8, 1)
    assert encoder.repeatable == repeatable == bool(torch.equal(encoder(x), encoder(x)))
