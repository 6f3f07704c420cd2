"""The edit that follows from the last one: rules that name it, a proof of it, or silence."""
