"""Text never becomes a special token, whatever the tokenizer's file says of its tokens."""

import unicodedata

import pytest
from fimble.core.text.prompt import chat_prompt, fim_prompt, repository_header
from fimble.engine.manifest import Fim
from fimble.engine.tokenizer import Tokenizer
from fimble.engine.vocabulary import alphabet
from fimble.errors import ModelCorruptError
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import AddedToken, decoders, models, normalizers, pre_tokenizers
from tokenizers import Tokenizer as HFTokenizer

SPELLINGS = ("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|repo_name|>", "<|file_sep|>")
QWEN = ("<|endoftext|>", "<|im_start|>", "<|im_end|>", *SPELLINGS, "<tool_call>")
DEEPSEEK = (
    "õ",
    "<｜begin▁of▁sentence｜>",
    "<｜end▁of▁sentence｜>",
    "<｜fim▁hole｜>",
    "<｜fim▁begin｜>",
    "<|EOT|>",
)
STARCODER = (
    "<fim_prefix>",
    "<fim_middle>",
    "<fim_suffix>",
    "<fim_pad>",
    "<reponame>",
    "Kkk",
    "    ",
)
WORDS = (
    "def ",
    "K",
    "\u212a",
    "e\u0301",
    " ",
    "    ",
    "\n",
    "\t",
    "\u00a0",
    "\u200b",
    "🙂",
    "\ud800",
    "<",
    "|",
    ">",
)


def tokenizer(tokens, *, merged=(), normalizer=None, whole_words=False, **flags):
    """Byte-level BPE with added tokens; those in `merged` are words that merges lead to as well."""
    letters = list(alphabet().values())
    vocabulary, merges = {letter: index for index, letter in enumerate(letters)}, []
    for word in merged:
        spelled = [alphabet()[byte] for byte in word.encode()]
        for end in range(1, len(spelled)):
            merges.append(("".join(spelled[:end]), spelled[end]))
            vocabulary.setdefault("".join(spelled[: end + 1]), len(vocabulary))
    model = models.BPE(
        vocab=vocabulary, merges=list(dict.fromkeys(merges)), ignore_merges=whole_words
    )
    made = HFTokenizer(model)
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    made.decoder, made.normalizer = decoders.ByteLevel(), normalizer
    made.add_tokens([AddedToken(token, special=False, **flags) for token in tokens])
    return made


SHAPES = {
    "qwen": lambda: tokenizer(QWEN, normalizer=normalizers.NFC(), normalized=False),
    "deepseek": lambda: tokenizer(DEEPSEEK, normalized=True),
    "starcoder": lambda: tokenizer(STARCODER, normalizer=normalizers.NFC(), normalized=True),
    "stripping": lambda: tokenizer(QWEN, lstrip=True, rstrip=True, normalized=False),
    "stripping white space": lambda: tokenizer(("\t\t", *QWEN), lstrip=True, rstrip=True),
    "single words": lambda: tokenizer(STARCODER, single_word=True),
    "merged": lambda: tokenizer(QWEN, merged=QWEN, normalized=False),
    "merged in part": lambda: tokenizer(QWEN, merged=("<|fim_middle|>x", "<|im_end|>\n", "Kkk")),
    "whole words": lambda: tokenizer(STARCODER, merged=STARCODER, whole_words=True),
}
TEXTS = st.lists(
    st.sampled_from([*QWEN, *DEEPSEEK, *STARCODER, *WORDS])
    | st.text(max_size=5)
    | st.sampled_from(QWEN).flatmap(
        lambda t: st.integers(0, len(t)).map(lambda n: t[:n] + t[n + 1 :])
    ),
    max_size=8,
).map("".join)


def walls(made):
    """The ids that no text may become: of everything added that is not white space."""
    return {
        index for index, token in made.get_added_tokens_decoder().items() if token.content.strip()
    }


@pytest.mark.parametrize("shape", SHAPES)
def test_no_text_becomes_a_special_token_and_none_is_lost(shape):
    made = SHAPES[shape]()
    forbidden, normalizer = walls(made), made.normalizer
    ours = Tokenizer(made)

    @settings(max_examples=300, deadline=None, derandomize=True)
    @given(TEXTS)
    def attack(text):
        ids = ours.encode(text)
        clean = text.encode("utf-8", "replace").decode()
        assert forbidden.isdisjoint(ids)
        assert ours.decode(ids) == (unicodedata.normalize("NFC", clean) if normalizer else clean)

    attack()
    for token in made.get_added_tokens_decoder().values():
        assert forbidden.isdisjoint(ours.encode(f"a {token.content} {token.content}b"))


@pytest.mark.parametrize("shape", SHAPES)
def test_the_attack_succeeds_against_the_tokenizer_as_it_was_published(shape):
    made = SHAPES[shape]()
    made.encode_special_tokens = True
    spelled = " ".join(token.content for token in made.get_added_tokens_decoder().values())
    assert not walls(made).isdisjoint(made.encode(spelled).ids)


def test_special_tokens_are_still_had_by_name_and_not_shown():
    made = SHAPES["merged"]()
    ours = Tokenizer(made)
    assert ours.special("<|fim_middle|>") == made.token_to_id("<|fim_middle|>")
    assert ours.decode([ours.special("<|im_end|>"), *ours.encode("x")]) == "x"


def test_runs_of_white_space_stay_tokens_that_are_text():
    made = SHAPES["starcoder"]()
    run = made.token_to_id("    ")
    ours = Tokenizer(made)
    assert run in ours.encode("    x")
    assert ours.decode([run]) == "    "


def test_a_word_of_the_vocabulary_is_no_special_token():
    with pytest.raises(ModelCorruptError, match="no special token Kk"):
        Tokenizer(tokenizer((), merged=("Kk",))).special("Kk")


def test_what_only_the_manifest_names_is_special():
    made = tokenizer((), merged=("<stop>",))
    stop = made.token_to_id("<stop>")
    assert stop in Tokenizer(tokenizer((), merged=("<stop>",))).encode("a<stop>")
    ours = Tokenizer(made, {stop})
    assert stop not in ours.encode("a<stop>b")
    assert ours.decode(ours.encode("a<stop>b")) == "a<stop>b"


def test_a_letter_cannot_be_special():
    made = tokenizer(())
    with pytest.raises(ModelCorruptError, match="calls 'a' a special token"):
        Tokenizer(made, {made.token_to_id("a")})
    with pytest.raises(ModelCorruptError, match="a special token"):
        Tokenizer(tokenizer(("Ċ",)))


def test_a_broken_file_is_refused(tmp_path):
    path = tmp_path / "tokenizer.json"
    for text in ("", "{}", "[]", '{"added_tokens": 3}', SHAPES["qwen"]().to_str()[:-9]):
        path.write_text(text)
        with pytest.raises(ModelCorruptError, match="not a usable tokenizer"):
            Tokenizer.from_file(path)


FIM = Fim(*SPELLINGS, order="suffix_first")
HOSTILE = "".join(f"{token} = 1\n" for token in QWEN)
PROMPTS = {
    "infilling": fim_prompt(HOSTILE, HOSTILE, FIM),
    "neighbours": repository_header(HOSTILE, [(HOSTILE, HOSTILE)] * 2, HOSTILE, FIM),
    "chat": chat_prompt([("system", HOSTILE), ("user", HOSTILE)], HOSTILE),
}
"""What completions, HTTP among them, quotations of other files and assists are asked with."""


@pytest.mark.parametrize("prompt", PROMPTS.values(), ids=PROMPTS)
@pytest.mark.parametrize("shape", ["qwen", "merged"])
def test_prompts_hold_the_special_tokens_of_their_form_alone(shape, prompt):
    published = SHAPES[shape]()
    forbidden, ours = walls(published), Tokenizer(published)
    for part in prompt:
        if part.kind == "special":
            assert ours.special(part.text) in forbidden
        else:
            assert "<|fim_middle|> = 1" in part.text or len(part.text) < 2
            assert forbidden.isdisjoint(ours.encode(part.text))
