"""Documentation texts: facts of the syntax tree, styles, skeletons, words and checks."""
