#!/usr/bin/env bash
# Fails when an object compiled for one instruction set shares a function with the linker: beside its
# table it may define nothing that another object could end up calling (src/kernels/isa/functions.hpp).
# usage: isa_symbols.sh OBJECT...     objects of src/kernels; those outside isa/ are not looked at
set -euo pipefail

checked=0
for object in "$@"; do
  [[ $object == */isa/* ]] || continue
  checked=$((checked + 1))
  symbols=$(nm --defined-only --extern-only --demangle --format=posix "$object")
  if [[ $(grep -c . <<<"$symbols") -ne 1 || $symbols != tessera::kernels::isa::k* ]]; then
    printf '%s defines more than its table:\n%s\n' "$object" "$symbols" >&2
    exit 1
  fi
done
[[ $checked -gt 0 ]]
