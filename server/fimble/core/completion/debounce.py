"""How long typing must pause before a suggestion is computed."""

from __future__ import annotations

from dataclasses import dataclass

_SMOOTHING = 0.3
_AT_MOST = 4.0


@dataclass(frozen=True)
class Rhythm:
    """How the user types and how long suggestions take, both smoothed, in milliseconds.

    Attributes:
        gap_ms: Between two requests of a burst.
        latency_ms: From the first token of an answer to its last.
    """

    gap_ms: float = 250.0
    latency_ms: float = 0.0

    def after_gap(self, ms: float) -> Rhythm:
        """With one more gap; a pause of two seconds ends a burst and says nothing."""
        return Rhythm(_smooth(self.gap_ms, ms), self.latency_ms) if ms < 2_000 else self

    def after_answer(self, ms: float) -> Rhythm:
        """With one more latency."""
        return Rhythm(self.gap_ms, _smooth(self.latency_ms, ms) if self.latency_ms else ms)

    def delay_ms(self, base_ms: float) -> float:
        """The pause to wait for.

        Where a suggestion is faster than the next keystroke, the setting is enough. Where it is
        slower, most computations would be overtaken: then the pause grows with the gap between
        keystrokes, so that it is the end of a burst that is answered, up to four times the
        setting.
        """
        if self.latency_ms <= self.gap_ms:
            return base_ms
        return min(max(base_ms, 0.75 * self.gap_ms), _AT_MOST * base_ms)


def _smooth(old: float, new: float) -> float:
    return (1 - _SMOOTHING) * old + _SMOOTHING * new
