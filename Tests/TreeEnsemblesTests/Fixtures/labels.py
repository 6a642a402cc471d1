# SPDX-License-Identifier: Apache-2.0
"""What the models learn, made of one score."""
import numpy as np


def classes(count):
    return lambda score, rng: np.clip(np.floor(score + count / 2), 0, count - 1)


def positive(score, rng):
    return np.exp(score / 4)
