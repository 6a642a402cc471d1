/* SPDX-License-Identifier: Apache-2.0
 * Sums of leaves, included once for each type they have (SUM) by tree_margins.c. */

#define JOIN2(a, b) a##_##b
#define NAME2(a, b) JOIN2(a, b)
#define FUNCTION(name) NAME2(name, SUM)

static void FUNCTION(start)(const tree_program *program, double *margins) {
    for (uint32_t output = 0; output < program->output_count; output++)
        margins[output] = program->starts_from_base ? (SUM)program->base[output] : 0;
}

/* In the order of the trees, one rounding for each. */
static void FUNCTION(add)(
    const tree_program *program, uint32_t first, uint32_t end, const uint32_t *leaves, double *margins) {
    const SUM *values = program->leaves;
    uint32_t tree = first;
    for (uint32_t output = 0; output < program->output_count; output++) {
        uint32_t last = program->output_end[output] < end ? program->output_end[output] : end;
        SUM sum = (SUM)margins[output];
        for (; tree < last; tree++) sum += values[leaves[tree - first]];
        margins[output] = sum;
    }
}

/* Each leaf has a value for every output. */
static void FUNCTION(add_wide)(
    const tree_program *program, uint32_t first, uint32_t end, const uint32_t *leaves, double *margins) {
    uint32_t width = program->leaf_width;
    for (uint32_t tree = first; tree < end; tree++) {
        const SUM *values = (const SUM *)program->leaves + (size_t)leaves[tree - first] * width;
        for (uint32_t output = 0; output < width; output++) 
            margins[output] = (SUM)margins[output] + values[output];
    }
}

static inline SUM FUNCTION(finished)(const tree_program *program, uint32_t output, SUM sum) {
    SUM average = sum / (SUM)program->divisor;
    SUM scaled = average * (SUM)program->scale;
    return program->adds_base ? scaled + (SUM)program->base[output] : scaled;
}

static void FUNCTION(finish)(const tree_program *program, double *margins) {
    if (program->starts_from_base) return;
    for (uint32_t output = 0; output < program->output_count; output++) {
        margins[output] = FUNCTION(finished)(program, output, (SUM)margins[output]);
    }
}

#undef FUNCTION
#undef NAME2
#undef JOIN2
