"""Token ids in, token ids out: the model, its KV cache, decoding, sampling."""
