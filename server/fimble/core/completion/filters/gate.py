"""Whether it is likely enough that the suggestion is what the user wants: see the gate."""

from __future__ import annotations

from dataclasses import replace

from fimble.core.completion.filters.base import Candidate, Filter, Withheld
from fimble.core.completion.gate import Gate


def gate(asked: Gate) -> Filter:
    """A filter that withholds what the gate does not let through; without probabilities all is."""

    def judge(candidate: Candidate) -> Candidate | Withheld:
        verdict = asked.expects(candidate.context, candidate.text, candidate.logprobs)
        if verdict is None or asked.opens(verdict):
            return replace(candidate, verdict=verdict)
        return Withheld("unlikely", verdict)

    return judge
