/* SPDX-License-Identifier: Apache-2.0
 * The sizes below are the ABI: a plugin built years ago relies on them. A failing assertion means a
 * field was added in the middle or changed; add it at the end with a new minor instead. */
#include "sluice_plugin.h"

_Static_assert(sizeof(sluice_bytes) == 16, "sluice_bytes");
_Static_assert(sizeof(sluice_message) == 24, "sluice_message");
_Static_assert(sizeof(sluice_row_header) == 24, "sluice_row_header");
_Static_assert(sizeof(sluice_price_tier) == 16, "sluice_price_tier");
_Static_assert(sizeof(sluice_neighbour) == 8, "sluice_neighbour");
_Static_assert(sizeof(sluice_note) == 192, "sluice_note");
_Static_assert(sizeof(sluice_note_section) == 212, "sluice_note_section");
