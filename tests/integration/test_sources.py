"""Where checkpoints come from: the hub's layout on a loopback server, LoRA adapters."""

import json
import os
import subprocess
import sys
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import numpy as np
import pytest
import torch
from fimble.engine import manifest as manifests
from fimble.errors import CheckpointError, UnsupportedModelError
from fimble_export import checkpoint as checkpoints
from safetensors.torch import save_file

from tests.tiny_model import write_tiny_checkpoint

pytestmark = pytest.mark.export

COMMIT = "0" * 40


TOKEN = "hf_of_a_test"


class Hub(BaseHTTPRequestHandler):
    """Just enough of the hub's API for one repository, `maker/tiny`, whose files are `folder`'s.

    Attributes:
        gated: Whether the repository is given to nobody without the token.
        asked: Path and headers of each request.
    """

    folder = None
    gated = False
    asked = ()

    def do_HEAD(self):
        self.do_GET()

    def do_POST(self):
        self.do_GET()

    def do_GET(self):
        self.asked.append((self.path, dict(self.headers.items())))
        path = self.path.split("?")[0]
        if self.gated and self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self.send_response(401)
            self.send_header("X-Error-Code", "GatedRepo")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if path.startswith("/api/models/maker/tiny/tree/"):
            files = [
                {"type": "file", "path": f.name, "size": f.stat().st_size, "oid": COMMIT}
                for f in self.folder.iterdir()
            ]
            self.reply(json.dumps(files).encode())
        elif path.startswith("/api/models/maker/tiny"):
            files = [{"rfilename": file.name} for file in self.folder.iterdir()]
            self.reply(json.dumps({"id": "maker/tiny", "sha": COMMIT, "siblings": files}).encode())
        elif path.startswith(f"/maker/tiny/resolve/{COMMIT}/"):
            self.reply((self.folder / path.rsplit("/", 1)[1]).read_bytes())
        else:
            self.send_error(404)

    def reply(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("ETag", sha256(body).hexdigest())
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def handler(tmp_path):
    write_tiny_checkpoint(tmp_path / "hub")
    (tmp_path / "hub" / "README.md").write_text("not needed")
    return type("Handler", (Hub,), {"folder": tmp_path / "hub", "asked": []})


@pytest.fixture
def hub(handler):
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def run(arguments, tmp_path, endpoint, **variables):
    environment = os.environ | {"HF_ENDPOINT": endpoint, "HF_HOME": str(tmp_path / "home")}
    environment |= variables
    command = [sys.executable, "-m", "fimble_export", "export", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_a_model_is_exported_by_its_id_on_the_hub(tmp_path, hub):
    done = run(["maker/tiny", "--out", str(tmp_path / "out")], tmp_path, hub)
    assert done.returncode == 0, done.stderr
    assert manifests.load(tmp_path / "out").name == "tiny"
    assert not list((tmp_path / "home").rglob("README.md"))


def test_an_id_that_the_hub_does_not_have_is_refused_in_one_line(tmp_path, hub):
    done = run(["maker/other", "--out", str(tmp_path / "out")], tmp_path, hub)
    assert done.returncode == 1
    assert "maker/other is neither here nor" in done.stderr.strip().splitlines()[-1]


def test_the_hub_hears_nothing_but_what_is_asked_for(tmp_path, hub, handler):
    """A token in the environment, telemetry on, and run by something that the hub counts."""
    inviting = {"HF_TOKEN": TOKEN, "AI_AGENT": "test", "HF_HUB_DISABLE_TELEMETRY": "0"}
    done = run(["maker/tiny", "--out", str(tmp_path / "out")], tmp_path, hub, **inviting)
    assert done.returncode == 0, done.stderr
    assert handler.asked
    for path, headers in handler.asked:
        assert "maker/tiny" in path
        assert not {"authorization", "cookie"} & {name.lower() for name in headers}
        told = " ".join(headers.values())
        assert TOKEN not in told
        assert "torch" not in told
        assert "agent/" not in told
    assert not list((tmp_path / "home").rglob("xet"))


def test_a_gated_model_is_asked_for_again_with_the_token(tmp_path, hub, handler):
    handler.gated = True
    out = str(tmp_path / "out")
    refused = run(["maker/tiny", "--out", out], tmp_path, hub, HF_TOKEN="")
    assert refused.returncode == 1
    assert "maker/tiny is neither here nor" in refused.stderr.strip().splitlines()[-1]
    done = run(["maker/tiny", "--out", out], tmp_path, hub, HF_TOKEN=TOKEN)
    assert done.returncode == 0, done.stderr


def write_adapter(folder, names, *, rank=4, **options):
    folder.mkdir()
    config = {"peft_type": "LORA", "r": rank, "lora_alpha": 8} | options
    (folder / "adapter_config.json").write_text(json.dumps(config))
    generator = torch.Generator().manual_seed(5)
    tensors = {}
    for name, (rows, columns) in names.items():
        stem = f"base_model.model.{name}"
        tensors[f"{stem}.lora_A.weight"] = torch.randn(rank, columns, generator=generator)
        tensors[f"{stem}.lora_B.weight"] = torch.randn(rows, rank, generator=generator)
    save_file(tensors, folder / "adapter_model.safetensors")
    return tensors


@pytest.mark.parametrize(("rslora", "scale"), [(False, 2.0), (True, 4.0)])
def test_an_adapter_is_added_to_the_matrices_it_names(tmp_path, rslora, scale):
    source = write_tiny_checkpoint(tmp_path / "tiny")
    name = "model.layers.1.mlp.up_proj"
    adapter = tmp_path / "adapter"
    factors = write_adapter(adapter, {name: (128, 64)}, use_rslora=rslora)
    a, b = (factors[f"base_model.model.{name}.lora_{x}.weight"] for x in "AB")
    plain, merged = checkpoints.load(source).tensors, checkpoints.load(source, adapter).tensors
    changed = "layers.1.feed_forward.up.weight"
    expected = plain[changed] + scale * (b @ a).numpy()
    np.testing.assert_allclose(merged[changed], expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(merged.rows(changed, slice(3, 9)), merged[changed][3:9])
    assert all((merged[n] == plain[n]).all() for n in plain if n != changed)


def test_an_adapter_of_another_model_is_refused(tmp_path):
    source = write_tiny_checkpoint(tmp_path / "tiny")
    write_adapter(tmp_path / "adapter", {"model.layers.1.mlp.up_proj": (96, 64)})
    with pytest.raises(CheckpointError, match=r"does not fit the tensor layers\.1"):
        checkpoints.load(source, tmp_path / "adapter")


@pytest.mark.parametrize("option", ["use_dora", "modules_to_save"])
def test_what_is_more_than_lora_is_refused_by_name(tmp_path, option):
    source = write_tiny_checkpoint(tmp_path / "tiny")
    write_adapter(
        tmp_path / "adapter", {"model.layers.0.mlp.up_proj": (128, 64)}, **{option: ["x"]}
    )
    with pytest.raises(UnsupportedModelError, match=option):
        checkpoints.load(source, tmp_path / "adapter")


def test_a_folder_without_an_adapter_is_refused(tmp_path):
    source = write_tiny_checkpoint(tmp_path / "tiny")
    with pytest.raises(CheckpointError, match="not a LoRA adapter"):
        checkpoints.load(source, tmp_path)


def test_an_index_that_names_a_missing_shard_is_refused(tmp_path):
    source = write_tiny_checkpoint(tmp_path / "tiny")
    names = {"a": "model.safetensors", "b": "model-00002-of-00002.safetensors"}
    (source / "model.safetensors.index.json").write_text(json.dumps({"weight_map": names}))
    with pytest.raises(CheckpointError, match="lacks model-00002-of-00002"):
        checkpoints.load(source)
