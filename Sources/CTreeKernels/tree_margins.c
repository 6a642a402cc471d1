/* SPDX-License-Identifier: Apache-2.0
 * From leaves to margins, with the training library's operations in its order. */
#include "tree_internal.h"

#define SUM float
#include "tree_margins_of.h"
#undef SUM
#define SUM double
#include "tree_margins_of.h"
#undef SUM

void tree_margins_start(const tree_program *program, double *margins) {
    if (program->adds_double) start_double(program, margins);
    else start_float(program, margins);
}

void tree_margins_add(
    const tree_program *program, uint32_t first, uint32_t end, const uint32_t *leaves, double *margins) {
    int is_wide = program->leaf_width > 1;
    if (program->adds_double && is_wide) add_wide_double(program, first, end, leaves, margins);
    else if (program->adds_double) add_double(program, first, end, leaves, margins);
    else if (is_wide) add_wide_float(program, first, end, leaves, margins);
    else add_float(program, first, end, leaves, margins);
}

void tree_margins_finish(const tree_program *program, double *margins) {
    if (program->adds_double) finish_double(program, margins);
    else finish_float(program, margins);
}
