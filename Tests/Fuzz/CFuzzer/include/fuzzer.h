/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stddef.h>
#include <stdint.h>

/* libFuzzer's own entry: SwiftPM names the symbol `main` itself, so libFuzzer's cannot be used.
   Source: FuzzerInterface.h of LLVM. */
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*test)(const uint8_t *data, size_t size));
