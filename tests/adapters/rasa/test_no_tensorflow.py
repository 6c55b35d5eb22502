"""What serves a model loads no TensorFlow, and says so if something asks it to compute."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]


def python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


def test_rasa_is_imported_without_it() -> None:
    said = python(
        "from bot.adapters.no_tensorflow import leave_tensorflow_out\n"
        "leave_tensorflow_out()\n"
        "import sys, bot.adapters.rasa_agent, rasa.nlu.classifiers.diet_classifier\n"
        "print(sorted(name for name, module in sys.modules.items()\n"
        "             if name.split('.')[0] in ('tensorflow', 'keras') and module.__spec__.origin))"
    )
    assert said == "[]"


def test_what_would_compute_is_an_error_and_what_inherits_is_not() -> None:
    said = python(
        "from bot.adapters.no_tensorflow import leave_tensorflow_out\n"
        "leave_tensorflow_out()\n"
        "import tensorflow as tf\n"
        "class Ours(tf.keras.layers.Layer):\n"
        "    pass\n"
        "Ours()\n"
        "try:\n"
        "    tf.constant(1)\n"
        "except RuntimeError as error:\n"
        "    print(error)"
    )
    assert said == "tensorflow.constant was called, and TensorFlow is not loaded here"


def test_it_stays_where_it_is_loaded_already() -> None:
    said = python(
        "import sys, types\n"
        "sys.modules['tensorflow'] = there = types.ModuleType('tensorflow')\n"
        "from bot.adapters.no_tensorflow import leave_tensorflow_out\n"
        "leave_tensorflow_out()\n"
        "import tensorflow\n"
        "print(tensorflow is there, len([f for f in sys.meta_path if 'no_tens' in repr(f)]))"
    )
    assert said == "True 0"
