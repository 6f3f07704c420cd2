"""What editors call a language, and what that means."""

import pytest
from fimble.core.text import languages


@pytest.mark.parametrize(
    ("spelled", "meant"),
    [
        ("sh", "shellscript"),
        ("bash", "shellscript"),
        ("zsh", "shellscript"),
        ("Shell Script", "shellscript"),
        ("cs", "csharp"),
        ("c-sharp", "csharp"),
        ("C++", "cpp"),
        ("c++", "cpp"),
        ("py", "python"),
        ("Python", "python"),
        ("js", "javascript"),
        ("jsx", "javascriptreact"),
        ("javascript.jsx", "javascriptreact"),
        ("tsx", "typescriptreact"),
        ("typescript.tsx", "typescriptreact"),
        ("ts", "typescript"),
        ("yaml.ansible", "yaml"),
        ("htmldjango", "html"),
        ("golang", "go"),
        ("jsonc", "jsonc"),
        ("python", "python"),
        ("klingon", "klingon"),
        ("Klingon", "Klingon"),
        ("", ""),
    ],
)
def test_an_editors_own_name_means_an_lsp_identifier(spelled: str, meant: str) -> None:
    assert languages.canonical(spelled) == meant


@pytest.mark.parametrize("language", ["jsonc", "kotlin", "swift", "lua", "shellscript"])
def test_what_a_name_means_has_a_grammar(language: str) -> None:
    assert languages.grammar(language)


@pytest.mark.parametrize(
    ("path", "holds"),
    [
        ("tsconfig.json", True),
        ("app/tsconfig.build.json", True),
        (".vscode/settings.json", True),
        (".eslintrc", True),
        ("package.json", False),
        ("a.json", False),
    ],
)
def test_some_json_holds_comments(path: str, holds: bool) -> None:
    assert languages.holds_comments(path) == holds
