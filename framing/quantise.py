"""Products in 8 bits with fixed scales: what is fitted on calibration sentences once, so that a score depends on its
sentence alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Small = npt.NDArray[np.int8]

_TOP = 127
_PAIR = 128
"""Largest sum, of one sign, of two neighbouring weights of an output. AVX2 without VNNI adds two products of an
unsigned and a signed byte in 16 bits, which saturate beyond 32,767 = 255 × 128.5: up to here no processor saturates,
and all give the same sum. (Halving all weights' range, the usual remedy, costs a whole bit; this costs 0.2 to 0.4.)"""
_POWERS = (0.65, 0.8, 0.9)
"""Tried: how much of a channel's range moves from the input into the weights (SmoothQuant, Xiao et al. 2023)."""
_CLIPS = (1.0, 0.85, 0.7)
"""Tried: share of the input's range that is kept."""
_DAMP = 0.01
_BLOCK = 128


@dataclass(frozen=True, slots=True)
class Input:
    """How a product's input becomes unsigned bytes: `round(x / divide / scale) + zero`."""

    divide: Floats
    """(inputs,) one factor a channel."""
    scale: float
    zero: int

    def small(self, x: Floats) -> Floats:
        """The input as the product sees it, without its scales (n, inputs)."""
        return np.asarray(
            np.clip(np.rint(x / self.divide / np.float32(self.scale)) + self.zero, 0, 255) - self.zero, np.float32
        )


@dataclass(frozen=True, slots=True)
class Linear:
    """One product in 8 bits: input, `weight` (inputs, outputs) and `scale` (outputs,) of the weights."""

    input: Input
    weight: Small
    scale: Floats


def rounded(weight: Floats) -> tuple[Small, Floats]:
    """Symmetric 8-bit values (inputs, outputs) and one scale an output, nearest values, whole range."""
    scale = np.maximum(np.abs(weight).max(axis=0) / _TOP, 1e-12).astype(np.float32)
    return np.clip(np.rint(weight / scale), -_TOP, _TOP).astype(np.int8), scale


def fit_input(sample: Floats, weight: Floats, lowest: Floats, highest: Floats) -> Input:
    """The channel factors, scale and zero with the least error of `sample @ weight`; `lowest` and `highest`
    (inputs,) are the extremes over all calibration tokens."""
    exact = sample @ weight
    reach = np.maximum(np.maximum(highest, -lowest), 1e-3)
    size = np.abs(weight).max(axis=1) + 1e-6
    best, least = None, np.inf
    for power in _POWERS:
        divide = reach**power / size ** (1 - power)
        divide = np.asarray(divide / np.exp(np.log(divide).mean()), np.float32)
        scaled = weight * divide[:, None]
        scale = _safe_scale(scaled.astype(np.float64))
        values = (_kept_safe(np.rint(scaled / scale)) * scale).astype(np.float32)
        low, high = min(float((lowest / divide).min()), 0.0), max(float((highest / divide).max()), 0.0)
        for clip in _CLIPS:
            bound = clip * max(high, -low)
            found = _range(divide, max(low, -bound), min(high, bound))
            error = float((((found.small(sample) * np.float32(found.scale)) @ values - exact) ** 2).mean())
            if error < least:
                best, least = found, error
    assert best is not None
    return best


def _range(divide: Floats, low: float, high: float) -> Input:
    scale = max((high - low) / 255, 1e-9)
    return Input(divide, scale, round(min(max(-low / scale, 0), 255)))


def fit_weight(weight: Floats, given: Input, products: Doubles) -> Linear:
    """The weights in 8 bits; the rounding error of one input is made up for by the inputs not yet rounded (GPTQ,
    Frantar et al. 2023). `products` (inputs, inputs) is the mean of outer products of the input as it is multiplied."""
    wanted = weight.astype(np.float64) * given.divide[:, None]
    scale = _safe_scale(wanted)
    damped = products + np.eye(len(products)) * max(_DAMP * float(np.diag(products).mean()), 1e-12)
    order = np.argsort(-np.diag(damped))
    upper = np.linalg.cholesky(np.linalg.inv(damped[order][:, order])).T
    for _ in range(4):
        values = np.empty_like(wanted)
        values[order] = _compensated(wanted[order], scale, upper)
        safe = _kept_safe(values)
        unsafe = (safe != values).any(axis=0)
        if not unsafe.any():
            break
        scale = np.where(unsafe, scale * 1.02, scale)
    return Linear(given, safe.astype(np.int8), scale.astype(np.float32))


def _compensated(weight: Doubles, scale: Doubles, upper: Doubles) -> Doubles:
    left, values = weight.copy(), np.zeros_like(weight)
    for first in range(0, len(left), _BLOCK):
        last = min(first + _BLOCK, len(left))
        errors = np.zeros((last - first, left.shape[1]))
        for i in range(first, last):
            values[i] = np.clip(np.rint(left[i] / scale), -_TOP, _TOP)
            error = (left[i] - values[i] * scale) / upper[i, i]
            left[i + 1 : last] -= np.outer(upper[i, i + 1 : last], error)
            errors[i - first] = error
        left[last:] -= upper[first:last, last:].T @ errors
    return values


def _safe_scale(weight: Doubles) -> Doubles:
    """Per output the scale at which the largest weight fits and no two neighbours pass _PAIR."""
    scale: Doubles = np.maximum(np.abs(weight).max(axis=0) / _TOP, 1e-12)
    for _ in range(20):
        pairs = _largest_pair(np.rint(weight / scale))
        if (pairs <= _PAIR).all():
            break
        scale = np.where(pairs > _PAIR, scale * np.maximum(pairs / _PAIR, 1.001), scale)
    return scale


def _largest_pair(values: Doubles) -> Doubles:
    found = np.zeros(values.shape[1])
    for sign in (1, -1):
        one = np.maximum(sign * values, 0)
        found = np.maximum(found, (one[0::2] + one[1::2]).max(axis=0))
    return found


def _kept_safe(values: Doubles) -> Doubles:
    """Values within the range, the larger of two neighbours lowered where together they pass _PAIR."""
    kept = np.clip(values, -_TOP, _TOP)
    for sign in (1, -1):
        one = np.maximum(sign * kept, 0)
        over = np.maximum(one[0::2] + one[1::2] - _PAIR, 0)
        first = one[0::2] >= one[1::2]
        kept[0::2] -= sign * over * first
        kept[1::2] -= sign * over * ~first
    return kept
