"""Imports of a language's own library that new code needs and that nobody wrote."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

_GO = (
    "bufio bytes context errors fmt io log maps math os reflect regexp slices sort strconv strings "
    "sync time unicode encoding/json math/rand net/http path/filepath unicode/utf8"
)
_JAVA_UTIL = (
    "ArrayDeque ArrayList Arrays Collection Collections Comparator Deque EmptyStackException "
    "HashMap HashSet Iterator LinkedHashMap LinkedList List Map NoSuchElementException Objects "
    "Optional PriorityQueue Queue Random Scanner Set Stack TreeMap TreeSet UUID "
    "stream.Collectors stream.IntStream stream.Stream function.Function function.Predicate"
)
_C = MappingProxyType(
    {
        "ctype.h": "isalnum isalpha isdigit islower ispunct isspace isupper tolower toupper",
        "limits.h": "INT_MAX INT_MIN LONG_MAX LONG_MIN UINT_MAX CHAR_BIT",
        "math.h": "ceil cos exp fabs floor fmod pow round sin sqrt tan",
        "stdbool.h": "bool",
        "stdint.h": "int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t",
        "stdio.h": "FILE fclose fgets fopen fprintf printf puts scanf snprintf sprintf",
        "stdlib.h": "abs atoi calloc exit free malloc qsort rand realloc strtol",
        "string.h": "memcpy memmove memset strcat strchr strcmp strcpy strdup strlen strncmp "
        "strncpy strstr strtok",
    }
)
_CPP = MappingProxyType(
    {
        "algorithm": "all_of any_of copy_if count_if find find_if max_element min_element "
        "remove_if reverse sort transform unique",
        "cmath": "sqrt pow floor ceil",
        "iostream": "cin cout cerr endl",
        "map": "map",
        "memory": "make_shared make_unique shared_ptr unique_ptr",
        "numeric": "accumulate iota",
        "optional": "optional",
        "set": "set",
        "sstream": "istringstream ostringstream stringstream",
        "stdexcept": "invalid_argument out_of_range runtime_error",
        "string": "string to_string",
        "unordered_map": "unordered_map",
        "vector": "vector",
    }
)
_SHARP = MappingProxyType(
    {
        "System": "Console DateTime Exception Guid InvalidOperationException Math",
        "System.Collections.Generic": "Dictionary HashSet IEnumerable List Queue",
        "System.Linq": "Enumerable",
    }
)
_RUST = "BTreeMap BTreeSet BinaryHeap HashMap HashSet VecDeque"


def needed(language_id: str, code: str, file: str) -> list[str]:
    """Statements for what the code names, where the file declares or imports nothing of that name.

    Args:
        language_id: Go, Java, C, C++, C# or Rust; nothing for others.
        code: What is new.
        file: The file's text.
    """
    bare = re.sub(r"\"(?:[^\"\\\n]|\\.)*\"|//[^\n]*|/\*.*?\*/", " ", code, flags=re.DOTALL)
    both = f"{file}\n{code}"
    found = dict.fromkeys(
        statement
        for name, statement in _statements(language_id).items()
        if _names(language_id, name, bare) and not _is_declared(language_id, name, both)
    )
    return list(found)


def _statements(language_id: str) -> Mapping[str, str]:
    """The import by the name that needs it."""
    if language_id == "go":
        return {path.rpartition("/")[2]: f'import "{path}"' for path in _GO.split()}
    if language_id == "java":
        return {p.rpartition(".")[2]: f"import java.util.{p};" for p in _JAVA_UTIL.split()}
    if language_id == "rust":
        return {name: f"use std::collections::{name};" for name in _RUST.split()}
    tables = {"c": (_C, "#include <{}>"), "cpp": (_CPP, "#include <{}>")}
    table, form = tables.get(language_id, (_SHARP, "using {};"))
    if language_id not in (*tables, "csharp"):
        return {}
    return {name: form.format(head) for head, names in table.items() for name in names.split()}


def _names(language_id: str, name: str, code: str) -> bool:
    if language_id == "go":
        return re.search(rf"(?<![\w.]){name}\.[A-Z]", code) is not None
    if language_id == "c" and name.islower() and not name.endswith(("_t", "bool")):
        return re.search(rf"(?<![\w.>]){name}\s*\(", code) is not None
    if language_id == "cpp":
        return re.search(rf"(?<![\w.>]){name}\s*[<(]|\bstd::{name}\b", code) is not None
    return re.search(rf"(?<![\w.:]){name}\b", code) is not None


def _is_declared(language_id: str, name: str, text: str) -> bool:
    """Whether a name may be something else than the library's, or is imported already."""
    if language_id == "go":
        own = rf"\b{name}\s*(?::=|,[^\n\"]*:=)|\bvar\s+{name}\b|[(,]\s*{name}\s+[\w*\[]"
        return (
            re.search(rf"{own}|^\s*(?:import\s+)?{name}\s+\"|[\"/]{name}\"", text, re.M) is not None
        )
    if language_id == "java":
        own = rf"\b(?:class|interface|enum|record)\s+{name}\b|\bimport\s+[\w.]+\.{name};"
        return re.search(own, text) is not None
    if language_id == "rust":
        return re.search(rf"\b(?:use\b[^;]*|struct\s+|enum\s+|type\s+){name}\b", text) is not None
    if language_id in ("c", "cpp"):
        own = (
            rf"^[ \t]*(?:#define\s+|(?:[\w:<>*&]+\s+)+\*?){name}\s*\([^;{{]*\{{|\bstruct\s+{name}\b"
        )
        return re.search(own, text, re.M) is not None or "bits/stdc++.h" in text
    return re.search(rf"\b(?:class|struct|interface|enum|record)\s+{name}\b", text) is not None
