import pytest
from fimble.core.docstrings import faults, languages, words
from fimble.core.docstrings.facts import Item
from fimble.core.docstrings.imperative import imperative
from fimble.core.docstrings.skeleton import Line
from fimble.core.docstrings.styles import STYLES
from fimble.core.text.snapshot import Snapshot

CODE = "def load_file(path, max_size=3):\n    if not path:\n        raise ValueError\n    return open_it(path)\n"
GOOGLE = STYLES["python"][0]
JAVADOC = STYLES["java"][0]
GODOC = STYLES["go"][0]
SUMMARY = Line(slot="summary")
PATH = Line("    path: ", "parameter", "path")
RETURNS = Line("    ", "returns")


def item(code: str = CODE, language: str = "python", index: int = 1) -> Item:
    return languages.items(Snapshot("file:///a", "a", language, 1, code))[index]


@pytest.mark.parametrize(
    ("raw", "line", "tidied"),
    [
        (" Loads a file from disk.\n", SUMMARY, "Load a file from disk."),
        ("This function loads a file. It is fast.", SUMMARY, "Load a file."),
        ("A function that returns the file", SUMMARY, "Return the file."),
        ("loads and parses it", SUMMARY, "Load and parse it."),
        ("This function is used to load a file", SUMMARY, "Load a file."),
        ("Is designed to load a file", SUMMARY, "Load a file."),
        ("Is a helper function which loads a file", SUMMARY, "Load a file."),
        ("Is responsible for loading a file", SUMMARY, "Load a file."),
        ("Is responsible for the files", SUMMARY, "Is responsible for the files."),
        ("Is a file", SUMMARY, "File."),
        ("(str): The path e.g. a/b.", PATH, "(str): The path e.g. a/b."),
        ("path: the file's path", PATH, "The file's path."),
        ("- the path", PATH, "The path."),
        ("the {@link Path} of it", PATH, "The Path of it."),
        ("`path` is the path. More.", PATH, "`path` is the path."),
        ("str: The content", RETURNS, "The content."),
        ("Returns the content, or None", RETURNS, "The content, or None."),
        ("dict[str, int]: counts", RETURNS, "Counts."),
        ("", SUMMARY, ""),
    ],
)
def test_words_become_one_tidy_sentence(raw: str, line: Line, tidied: str) -> None:
    assert words.tidy(raw, line, item(), GOOGLE) == tidied


def test_styles_differ_in_their_sentences() -> None:
    java = item("class A { void f(int a) {} }", "java")
    assert (
        words.tidy("The number.", Line("@param a ", "parameter", "a"), java, JAVADOC)
        == "the number"
    )
    assert (
        words.tidy("URL of it", Line("@param a ", "parameter", "a"), java, JAVADOC) == "URL of it"
    )
    charged = "is responsible for adding it"
    assert words.tidy(charged, SUMMARY, java, JAVADOC) == "Adds it."
    go = item("package a\nfunc f() {}", "go", 0)
    assert words.tidy("Does it", Line("f ", "summary"), go, GODOC) == "does it."


@pytest.mark.parametrize(
    ("said", "line", "reason"),
    [
        ("Load a file from `path`.", SUMMARY, ""),
        ("Load at most max_size bytes.", SUMMARY, ""),
        ("", SUMMARY, "empty"),
        ("File.", SUMMARY, "empty"),
        ("_description_", PATH, "empty"),
        ("None.", RETURNS, "empty"),
        ("Placeholder for the file.", SUMMARY, "empty"),
        ("Wrapper for the `load_file` function.", SUMMARY, "own name"),
        ("The path of load_file.", PATH, ""),
        ("Return the open_it.load_file of it.", SUMMARY, ""),
        ("Dict.", RETURNS, "empty"),
        ("Load the file, then load the file, then load the file.", SUMMARY, "repetitive"),
        ("Load the the file.", SUMMARY, "repetitive"),
        ("Load a file by its file_name.", SUMMARY, "unknown name"),
        ("Load a file of `mode`.", SUMMARY, "unknown name"),
        ("Load a file from the Google cloud.", SUMMARY, "unknown name"),
        ("Load at most 16 files.", SUMMARY, "unknown name"),
        ("Load 3 files of a JSON Promise.", SUMMARY, ""),
        ("Calls load_file(path, max_size).", SUMMARY, "signature"),
        ("@param path The path.", PATH, "markup"),
        ("@type {String}.", SUMMARY, "markup"),
        ("Sends it to me@example.org.", SUMMARY, ""),
        ("The path. Returns:", PATH, "markup"),
        ("The path is not used.", PATH, "denial"),
        ("The same words.", PATH, "repetitive"),
        ("Raises a ValueError if not path.", SUMMARY, ""),
        ("Return the open_it of a path.", SUMMARY, ""),
        ("Checks the path's type in detail.", SUMMARY, "copied"),
        ("Checks the path's type.", SUMMARY, ""),
        ("Checks the path's type.", PATH, ""),
        ("str = None.", PATH, "copied"),
        ("Loads a file from the database.", SUMMARY, "unknown name"),
    ],
)
def test_unfit_words_are_told(said: str, line: Line, reason: str) -> None:
    code = f"{CODE}    # check path's type in detail\n"
    assert faults.fault(said, line, item(), code, {"other": "The same words."}) == reason


def test_the_shortest_honest_phrase() -> None:
    function = item()
    raises = Line("    ValueError: ", "raises", "ValueError")
    assert words.fallback(SUMMARY, function, GOOGLE) == "Load file."
    assert words.fallback(PATH, function, GOOGLE) == "The path."
    assert (
        words.fallback(Line("", "parameter", "options.maxSize"), function, GOOGLE)
        == "The max size."
    )
    assert words.fallback(RETURNS, function, GOOGLE) == "The result."
    assert words.fallback(raises, function, GOOGLE) == "If `not path`."
    assert (
        words.fallback(SUMMARY, item("def get(): return 1\n"), GOOGLE) == "Run the get operation."
    )
    noun = item("def file_names(): return 1\n")
    assert words.fallback(SUMMARY, noun, GOOGLE) == "Return the file names."


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ("Returns it", "Return it"),
        ("applies x", "Apply x"),
        ("Searches x", "Search x"),
        ("Uses x", "Use x"),
        ("Creating x", "Create x"),
        ("Process x", "Process x"),
        ("Options of x", "Options of x"),
        ("Checks x and raises y", "Check x and raise y"),
    ],
)
def test_summaries_become_commands(said: str, command: str) -> None:
    assert imperative(said) == command


@pytest.mark.parametrize(
    ("said", "limit", "short"),
    [
        ("Load a file.", 12, "Load a file."),
        ("Load a file with a delay and more.", 30, "Load a file with a delay."),
        ("Load a file, then close it again.", 20, "Load a file."),
        ("Load a file that is based on another.", 30, "Load a file that is."),
        ("Load a file based on another one.", 28, "Load a file."),
        ("Loaditallatonceandneverstop.", 10, "Loaditallatonceandneverstop."),
    ],
)
def test_a_long_summary_ends_with_a_clause(said: str, limit: int, short: str) -> None:
    assert words.shortened(said, limit) == short
    if len(short) > limit:
        assert faults.fault(f"Load {short}", SUMMARY, item(), CODE, {}, limit) == "long"


def test_a_type_in_front_of_a_result_goes() -> None:
    typed = item("function f(): Promise<X<Y>> { return go() }", "typescript", 0)
    assert words.tidy("Promise<X<Y>> - The y", RETURNS, typed, GOOGLE) == "The y."


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (" Takes an error and returns an object containing", " Takes an error"),
        (" Takes a map of headers, optionally", " Takes a map of headers"),
        (" Takes", " Takes"),
    ],
)
def test_a_sentence_that_was_broken_off_ends_with_a_clause(text: str, whole: str) -> None:
    assert words.broken_off(text) == whole


def test_a_parameters_type_in_front_of_it_goes() -> None:
    typed = item("def f(path: str): pass\n")
    assert words.tidy("str - the path", PATH, typed, GOOGLE) == "The path."
    assert words.tidy("Any - the path", PATH, item(), GOOGLE) == "The path."


def test_a_summary_begins_with_the_verb_of_the_name() -> None:
    assert imperative("Annotates it", "annotate") == "Annotate it"
    assert imperative("Options of it", "get") == "Options of it"


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("Saves a file to the database.", "Save a file."),
        ("Loads a file by path from the server and the cloud", "Load a file by path."),
        ("Loads from the server", ""),
        ("Loads the file based on the server", ""),
    ],
)
def test_an_invented_end_is_left_out(raw: str, kept: str) -> None:
    assert words.fit(raw, SUMMARY, item(), GOOGLE, CODE, {}, 80) == kept
