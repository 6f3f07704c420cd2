"""Every family and every RoPE scaling against `transformers`, on small random checkpoints."""

import pytest
import torch
from fimble.models.packing import families
from fimble_export import checkpoint as checkpoints
from fimble_export.decoder.transformer import from_checkpoint
from fimble_export.judging.verify import TorchModel

from tests.tiny_model import byte_tokenizer, export_tiny

transformers = pytest.importorskip("transformers")
pytestmark = pytest.mark.export

IDS = [(7 * n * n + 3 * n) % 256 for n in range(48)]
SIZES = {
    "vocab_size": 265,
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 64,
}
BIGCODE = {
    "vocab_size": 265,
    "n_embd": 64,
    "n_inner": 128,
    "n_layer": 2,
    "n_head": 4,
    "n_positions": 64,
    "activation_function": "gelu_pytorch_tanh",
}
LLAMA3 = {"low_freq_factor": 1.0, "high_freq_factor": 4.0}
THETA = {"rope_theta": 10_000.0}


def rope(kind, **options):
    return {"rope_parameters": {"rope_type": kind, **THETA, **options}}


CASES = {
    "qwen2": SIZES,
    "qwen2 tied": SIZES | {"tie_word_embeddings": True},
    "qwen3": SIZES | {"head_dim": 16},
    "llama": SIZES,
    "llama with biases": SIZES | {"attention_bias": True, "mlp_bias": True},
    "llama with wide heads": SIZES | {"head_dim": 32},
    "mistral": SIZES | {"sliding_window": None},
    "starcoder2": SIZES | {"use_bias": True, "hidden_act": "gelu_pytorch_tanh"},
    "gpt_bigcode": BIGCODE,
    "llama linear": SIZES | rope("linear", factor=4.0),
    "llama dynamic": SIZES | rope("dynamic", factor=2.0),
    "llama llama3": SIZES
    | rope("llama3", factor=8.0, original_max_position_embeddings=16, **LLAMA3),
    "qwen2 yarn": SIZES | rope("yarn", factor=4.0, original_max_position_embeddings=16),
    "qwen2 yarn with options": SIZES
    | rope(
        "yarn",
        factor=2.0,
        original_max_position_embeddings=32,
        beta_fast=16,
        beta_slow=2,
        attention_factor=0.9,
    ),
}


def write(folder, case):
    """A random checkpoint as `transformers` saves it; its logits for `IDS`."""
    family = case.split()[0]
    torch.manual_seed(3)
    config = transformers.AutoConfig.for_model(family, **CASES[case])
    model = transformers.AutoModelForCausalLM.from_config(config).eval().float()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("bias") or "norm" in name or "ln_" in name:
                parameter.add_(0.2 * torch.randn_like(parameter))
            elif "embed" not in name and "wte" not in name:
                parameter.mul_(5)
    model.save_pretrained(folder, max_shard_size="60KB")
    (folder / "tokenizer.json").write_text(byte_tokenizer(), encoding="utf-8")
    with torch.no_grad():
        return model(torch.tensor([IDS])).logits[0]


@pytest.mark.parametrize("case", CASES)
def test_logits_are_those_of_transformers(tmp_path, case):
    expected = write(tmp_path, case)
    decoder = from_checkpoint(checkpoints.load(tmp_path))
    found = TorchModel(decoder).forward(IDS, slot=0, past=0, want=len(IDS))
    assert float(expected.std()) > 0.05
    torch.testing.assert_close(torch.from_numpy(found), expected, atol=1e-4, rtol=0)


def test_every_family_is_tested():
    assert {case.split()[0] for case in CASES} == {family.name for family in families.FAMILIES}


@pytest.mark.parametrize("case", ["qwen3", "starcoder2", "gpt_bigcode", "qwen2 yarn"])
def test_the_graph_of_a_family_computes_what_transformers_computes(tmp_path, case):
    from tests.integration.test_export import load, logits

    expected = write(tmp_path / "m", case)
    model = load(export_tiny(tmp_path / "m", scheme="fp32"))
    logits(model, IDS[:20])
    found = logits(model, IDS[20:], past=20, want=28)
    torch.testing.assert_close(torch.from_numpy(found), expected[20:], atol=1e-4, rtol=0)
