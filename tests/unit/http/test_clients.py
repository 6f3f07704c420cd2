"""The clients that people use, run against the server as their pages say."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fimble.generation.testing import ScriptedGenerator

from tests.unit.http.serving import PATIENCE_S, TOKEN, Address, generating


@pytest.fixture(scope="module")
def address() -> Iterator[Address]:
    generator = ScriptedGenerator(lambda prompt: f"{prompt} and on")
    with generating(generator) as running:
        yield running


def installed(client: str) -> None:
    if importlib.util.find_spec(client) is None:
        pytest.skip(f"{client} is not installed: pip install --group clients")


def run(script: str, *arguments: str, folder: Path) -> str:
    """What a client's process prints; it is told not to use the network by itself."""
    environment = {
        **{name: value for name, value in os.environ.items() if "proxy" not in name.lower()},
        "HOME": str(folder),
        "LLM_USER_PATH": str(folder),
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # else litellm downloads it when it is imported
        "LITELLM_TELEMETRY": "False",
    }
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        env=environment,
        timeout=10 * PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


class TestOpenAi:
    SCRIPT = """
import json, sys
import openai
url, token = sys.argv[1:]
client = openai.OpenAI(base_url=url, api_key=token, max_retries=0)
asked = dict(model="scripted", prompt="a", max_tokens=8)
print(json.dumps(client.completions.create(**asked, suffix="b", seed=3, stop=["zz"]).choices[0].text))
stream = client.completions.create(**asked, stream=True, stream_options={"include_usage": True})
chunks = list(stream)
print(json.dumps("".join(chunk.choices[0].text for chunk in chunks if chunk.choices)))
print(chunks[-1].usage.total_tokens)
print([model.id for model in client.models.list()], client.models.retrieve("scripted").owned_by)
for change, expected in (
    ({"model": "huge"}, openai.NotFoundError),
    ({"max_tokens": 0}, openai.BadRequestError),
    ({"prompt": "x" * 9_000_000}, openai.APIStatusError),
):
    try:
        client.completions.create(**{**asked, **change})
    except expected as error:
        print(error.status_code, error.type, error.param, error.code)
try:
    openai.OpenAI(base_url=url, api_key="wrong", max_retries=0).models.list()
except openai.AuthenticationError as error:
    print(error.status_code, error.type, error.param, error.code)
"""

    def test_it_completes_streams_lists_and_understands_refusals(
        self, address: Address, tmp_path: Path
    ) -> None:
        installed("openai")
        said = run(self.SCRIPT, f"{address.url}/v1", TOKEN, folder=tmp_path).splitlines()
        assert said == [
            '"ba and on"',  # the suffix first
            '"a and on"',
            "8",
            "['scripted'] fimble",
            "404 invalid_request_error model model_not_found",
            "400 invalid_request_error max_tokens None",
            "413 invalid_request_error None None",
            "401 invalid_request_error None invalid_api_key",
        ]


class TestLiteLlm:
    SCRIPT = """
import json, sys
import litellm
url, token = sys.argv[1:]
litellm.telemetry = False
asked = dict(model="text-completion-openai/scripted", api_base=url, api_key=token, prompt="a", max_tokens=8)
print(json.dumps(litellm.text_completion(**asked, suffix="b").choices[0].text))
chunks = litellm.text_completion(**asked, stream=True)
print(json.dumps("".join(chunk.choices[0].text or "" for chunk in chunks)))
try:
    litellm.text_completion(**{**asked, "api_key": "wrong"}, num_retries=0)
except litellm.AuthenticationError as error:
    print(error.status_code)
"""

    def test_it_completes_and_streams(self, address: Address, tmp_path: Path) -> None:
        installed("litellm")
        said = run(self.SCRIPT, f"{address.url}/v1", TOKEN, folder=tmp_path).splitlines()
        kept = [line for line in said if line.startswith(('"', "4"))]  # it prints advice between
        assert kept == ['"ba and on"', '"a and on"', "401"]


class TestLlm:
    @pytest.mark.parametrize("stream", [(), ("--no-stream",)])
    def test_it_completes(self, address: Address, tmp_path: Path, stream: tuple[str, ...]) -> None:
        installed("llm")
        model = {
            "model_id": "fimble",
            "model_name": "scripted",
            "api_base": f"{address.url}/v1",
            "api_key_name": "fimble",
            "completion": True,
        }
        (tmp_path / "extra-openai-models.yaml").write_text(json.dumps([model]))  # JSON is YAML
        (tmp_path / "keys.json").write_text(json.dumps({"fimble": TOKEN}))
        script = "import sys; from llm.cli import cli; cli(sys.argv[1:])"
        said = run(script, "prompt", "-m", "fimble", "--no-log", *stream, "a", folder=tmp_path)
        assert said == "a and on\n"
