"""Part of the TensorFlow placeholder: see the package `tensorflow` beside it."""

import sys

import tensorflow

sys.modules[__name__].__class__ = type(tensorflow)
__path__: list[str] = []
