/* SPDX-License-Identifier: Apache-2.0 */
#include "sluice_plugin.h"

SLUICE_PLUGIN_NOTE(
    "recommendations", "1.0.0", SLUICE_KIND_BIT(SLUICE_KIND_RECOMMEND), SLUICE_CAPABILITY_SNAPSHOT_READ, 0, "swift-6.3")
