"""Text from elsewhere that helps at the cursor: what the prompt's header is made of."""
