"""Fuzzing of the whole pipeline, bytes → bytes: ``make fuzz-bytes SECONDS=60``.

``__main__`` drives: atheris, guided by the coverage of ``adjax_jsonrpc``, or hypothesis where
atheris does not install. ``seeds`` are bodies to begin with, ``mutations`` changes them as JSON,
``pipeline`` answers one, ``judge`` says from the standard library's json alone what the answer
has to be.

What is found stops the run. The body is then a file in ``.fuzz/``, and

    python -m tests.fuzz --row .fuzz/crash-…

prints it as a row for ``tests/vectors/hostile.json``: give it a name, put the code that docs/wire.md
asks for, see the test of it fail, mend. What only a method of ``types`` shows (each is an annotation
of ``tests/vectors/annotations.json``) becomes a row there.
"""
