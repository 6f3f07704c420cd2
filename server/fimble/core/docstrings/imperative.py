"""Summaries as commands (PEP 257: "Do this, return that"; pydocstyle D401)."""

from __future__ import annotations

import re

_WORDS = """
accept access activate add adjust aggregate align allocate analyze append apply assemble assert
assign attach authenticate authorize await begin bind build cache calculate call cancel capture
catch change check choose clamp clean clear click clone close collect combine compare compile
compose compress compute concatenate configure confirm connect construct consume contain continue
control convert copy count create decide decode decorate decrypt define delegate delete deliver
derive describe deserialize detect determine disable discard discover dispatch display divide do
download draw drop dump emit enable encode encrypt ensure enter enumerate escape evaluate execute
exit expand expect export extend extract fail fetch fill filter find finish fit flatten flush fold
follow force format forward generate get give group guard handle hash hide identify implement
import include increment indicate inform infer initialize inject insert inspect install
instantiate interpret invoke issue iterate join keep launch limit list listen load locate lock log
look lookup make manage map mark match measure merge migrate mock modify monitor mount move
multiply normalize notify obtain open orchestrate order output override parse pass patch perform
persist pick place plot poll pop populate post predict prepare present prevent print process
produce prompt propagate provide publish pull push put query queue raise rank read rebuild receive
record redirect reduce refresh register reject release reload remove rename render replace report
represent request require reset resize resolve respond restart restore restrict retrieve retry
return reverse revert rewrite rotate round route run sanitize save scale scan schedule score
scroll search select send serialize serve set setup shift show shuffle shut simulate skip sort
specify split start stop store stream strip submit subscribe subtract summarize support swap
switch synchronize take tell terminate test throw tokenize trace track train transform translate
traverse trigger trim truncate try turn uninstall unlock unpack unset update upgrade upload use
validate verify visit wait walk warn watch wrap write yield
"""
_VERBS = frozenset(_WORDS.split())


def imperative(summary: str, known: str = "") -> str:
    """The summary with its first verb in the imperative; unknown words stay as they are.

    Args:
        summary: A sentence.
        known: Another verb, the first word of the function's name: "annotates" is of "annotate".
    """
    word, space, rest = summary.partition(" ")
    verb = _base(word.lower())
    if not verb and known and word.lower() == _third_person(known):
        verb = known
    if not verb:
        return summary
    if verb != word.lower():
        rest = re.sub(r"(\A|[^,] )and (\w+s)\b", _second, rest, count=1)
    return f"{verb.capitalize()}{space}{rest}"


def indicative(gerund: str) -> str:
    """The verb of "adding" as "adds", "" if it is no known one."""
    verb = _base(gerund.lower())
    return _third_person(verb) if verb else ""


def _third_person(verb: str) -> str:
    if verb.endswith(("s", "x", "z", "ch", "sh")):
        return verb + "es"
    return verb[:-1] + "ies" if re.search(r"[^aeiou]y\Z", verb) else verb + "s"


def _second(match: re.Match[str]) -> str:
    """The verb behind "and", as the first."""
    return f"{match[1]}and {_base(match[2].lower()) or match[2]}"


def is_verb(word: str) -> bool:
    """Whether a word is a verb in the imperative, as far as is known here."""
    return word in _VERBS


def _base(word: str) -> str:
    """The verb's base form, "" if it is no known verb."""
    if word in _VERBS:
        return word
    forms = [word[:-1], word[:-2], word[:-3] + "y"] if word.endswith("s") else []
    if word.endswith("ing"):
        forms = [word[:-3], word[:-3] + "e", word[:-4]]
    return next((form for form in forms if form in _VERBS), "")
