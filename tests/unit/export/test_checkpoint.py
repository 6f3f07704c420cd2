import json

import gguf
import numpy as np
import pytest
from fimble.errors import CheckpointError, UnsupportedModelError
from fimble.models.packing.checkpoint import gguf_types
from fimble.models.packing.checkpoint import tokenizer as tokenizers
from fimble_export import checkpoint as checkpoints
from fimble_export.checkpoint import rare
from safetensors.torch import load_file, save_file

from tests.tiny_model import HEAD_DIM, write_tiny_checkpoint

_GGUF_NAMES = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
    "model.embed_tokens": "token_embd",
    "model.norm": "output_norm",
    "model.layers.": "blk.",
}


def write_gguf(folder, path, family):
    """The checkpoint in `folder` as llama.cpp's converter writes it, queries and keys interleaved."""
    config = json.loads((folder / "config.json").read_text())
    writer = gguf.GGUFWriter(path, family)
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_key_length(HEAD_DIM)
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base(config["rope_theta"])
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(["a", "b", "ab", "<|im_end|>"])
    writer.add_token_types([1, 1, 1, 3])
    writer.add_token_merges(["a b"])
    heads = {"q_proj": config["num_attention_heads"], "k_proj": config["num_key_value_heads"]}
    for name, tensor in load_file(folder / "model.safetensors").items():
        values = tensor.numpy()
        for projection, count in heads.items():
            if family == "llama" and f"{projection}.weight" in name:
                pairs = values.reshape(count, 2, HEAD_DIM // 2, -1).swapaxes(1, 2)
                values = np.ascontiguousarray(pairs.reshape(values.shape))
        for ours, theirs in _GGUF_NAMES.items():
            name = name.replace(ours, theirs)
        writer.add_tensor(name, values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.mark.parametrize("family", ["qwen2", "llama"])
def test_a_gguf_file_and_a_folder_of_the_same_weights_are_one_checkpoint(tmp_path, family):
    folder = write_tiny_checkpoint(tmp_path / "tiny", family=family)
    left = checkpoints.load(folder)
    right = checkpoints.load(write_gguf(folder, tmp_path / "tiny.gguf", family))
    assert left.tensors.keys() == right.tensors.keys()
    for name, tensor in left.tensors.items():
        assert (tensor == right.tensors[name]).all(), name
    assert left.config.architecture == right.config.architecture
    assert ("layers.0.attention.query.bias" in left.tensors) == (family == "qwen2")


def test_the_tokenizer_of_a_gguf_file_keeps_its_ids(tmp_path):
    folder = write_tiny_checkpoint(tmp_path / "tiny", family="llama")
    read = checkpoints.load(write_gguf(folder, tmp_path / "tiny.gguf", "llama"))
    data = json.loads(read.tokenizer)
    assert data["model"]["vocab"]["ab"] == 2
    assert [(t["content"], t["id"], t["special"]) for t in data["added_tokens"]] == [
        ("<|im_end|>", 3, True)
    ]


def test_shards_are_read_as_one(tmp_path):
    folder = write_tiny_checkpoint(tmp_path / "tiny")
    whole = dict(checkpoints.load(folder).tensors)
    tensors = load_file(folder / "model.safetensors")
    names = sorted(tensors)
    (folder / "model.safetensors").unlink()
    save_file({n: tensors[n] for n in names[:5]}, folder / "model-00001-of-00002.safetensors")
    save_file({n: tensors[n] for n in names[5:]}, folder / "model-00002-of-00002.safetensors")
    sharded = checkpoints.load(folder).tensors
    assert sharded.keys() == whole.keys()
    assert all((sharded[name] == whole[name]).all() for name in whole)


def test_an_unknown_architecture_is_refused_by_name(tmp_path):
    folder = write_tiny_checkpoint(tmp_path / "tiny", family="mamba")
    with pytest.raises(UnsupportedModelError, match="mamba"):
        checkpoints.load(folder)


def test_an_unknown_rope_scaling_is_refused_by_name(tmp_path):
    folder = write_tiny_checkpoint(tmp_path / "tiny")
    config = json.loads((folder / "config.json").read_text())
    config["rope_scaling"] = {"type": "longrope", "factor": 4.0}
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(UnsupportedModelError, match="longrope"):
        checkpoints.load(folder)


def test_a_folder_without_weights_is_refused(tmp_path):
    with pytest.raises(CheckpointError, match="safetensors"):
        checkpoints.load(tmp_path)


def test_a_truncated_gguf_file_is_refused(tmp_path):
    folder = write_tiny_checkpoint(tmp_path / "tiny", family="llama")
    path = write_gguf(folder, tmp_path / "tiny.gguf", "llama")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(CheckpointError, match=r"tiny\.gguf"):
        checkpoints.load(path)


def test_a_missing_source_is_refused(tmp_path):
    with pytest.raises(CheckpointError, match="does not exist"):
        checkpoints.load(tmp_path / "nothing.gguf")


def as_published(folder, tokens=("<|fim_middle|>", "<|im_end|>", "    ")):
    """Makes added tokens ordinary ones, and adds one of white space."""
    content = json.loads((folder / "tokenizer.json").read_text())
    content["added_tokens"].append({**content["added_tokens"][-1], "id": 265, "content": "    "})
    for token in content["added_tokens"]:
        token["special"] = token["content"] not in tokens
    (folder / "tokenizer.json").write_text(json.dumps(content))


def test_added_tokens_are_special_whatever_is_published_but_white_space(tmp_path):
    folder = write_tiny_checkpoint(tmp_path / "tiny")
    before = (folder / "tokenizer.json").read_text()
    assert checkpoints.load(folder).tokenizer == before
    as_published(folder)
    walled = checkpoints.load(folder).tokenizer
    special = {t["content"]: t["special"] for t in json.loads(walled)["added_tokens"]}
    assert special.pop("    ") is False
    assert all(special.values())
    assert special.keys() == tokenizers.special_ids(walled).keys()


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"added_tokens": [3]}'])
def test_a_tokenizer_that_is_none_is_refused(tmp_path, text):
    folder = write_tiny_checkpoint(tmp_path / "tiny")
    (folder / "tokenizer.json").write_text(text)
    with pytest.raises(CheckpointError, match=r"no tokenizer"):
        checkpoints.load(folder)


def test_rare_types_of_gguf_files_are_read_too():
    types = rare.types()
    assert len(types) > len(gguf_types.TYPES) + 8
    for number in types.keys() - gguf_types.TYPES.keys():
        kind = types[number]
        stored = np.random.default_rng(number).integers(0, 256, (3, 2 * kind.bytes), np.uint8)
        with np.errstate(all="ignore"):
            found = gguf_types.read_rows(stored, kind)
        assert found.shape == (3, 2 * kind.values), kind.name
        assert found.dtype == np.float32
