"""The Transformer in torch, and how a checkpoint's tensors become its weights."""
