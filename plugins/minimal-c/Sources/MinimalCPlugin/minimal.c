// SPDX-License-Identifier: Apache-2.0
// The smallest complete plugin: the list price with a percentage off, for example
//     settings: { percent_off: 10 }
// Read it from the bottom up: the entry point, the table, then the functions in calling order.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sluice_plugin.h"

SLUICE_PLUGIN_NOTE("minimal-c", "1.0.0", SLUICE_KIND_BIT(SLUICE_KIND_PRICE), 0, 0, "c")

typedef struct { int64_t percent_off; } model_t;
typedef struct { const sluice_entity *product; uint32_t offset, null_bit; } binding_t;

static const sluice_bytes discount_rule = {(const uint8_t *)"percent_off", 11};

static int32_t fail(sluice_message *message, int32_t status, const char *text) {
  int size = snprintf(message->data, message->capacity, "%s", text);
  message->size = (uint32_t)size < message->capacity ? (uint32_t)size : message->capacity;
  return status;
}

static int equals(sluice_bytes bytes, const char *text) {
  return bytes.size == strlen(text) && memcmp(bytes.data, text, bytes.size) == 0;
}

// Settings are a flat JSON object here; a real plugin brings a JSON parser.
static int32_t load(const sluice_load *load, void **model, sluice_message *message) {
  static const char key[] = "\"percent_off\"";
  char text[256];
  if (load->settings.size >= sizeof text)
    return fail(message, SLUICE_INVALID_ARGUMENT, "settings are longer than 255 bytes");
  if (load->settings.size > 0) memcpy(text, load->settings.data, load->settings.size);
  text[load->settings.size] = 0;

  const char *found = strstr(text, key), *end;
  long percent_off = 0;
  if (found) {
    found = strchr(found, ':');
    percent_off = found ? strtol(found + 1, (char **)&end, 10) : -1;
    if (percent_off < 0 || percent_off > 100 || end == found + 1 || !strchr(" ,}\n", *end))
      return fail(message, SLUICE_INVALID_ARGUMENT, "percent_off must be a whole number 0 to 100");
  }
  model_t *made = malloc(sizeof *made);
  if (!made) return fail(message, SLUICE_RESOURCE_EXHAUSTED, "no memory for the model");
  made->percent_off = percent_off;
  *model = made;
  return SLUICE_OK;
}

// Finds the column once, so that execute is one addition away from the value.
static int32_t bind(void *model, const sluice_snapshot *snapshot, void **binding,
                    sluice_message *message) {
  (void)model;
  for (uint32_t e = 0; e < snapshot->entity_count; e++) {
    const sluice_entity *entity =
        (const void *)((const char *)snapshot->entities + (size_t)e * snapshot->entity_stride);
    if (!equals(entity->name, "product")) continue;
    for (uint32_t c = 0; c < entity->column_count; c++) {
      const sluice_column *column =
          (const void *)((const char *)entity->columns + (size_t)c * entity->column_stride);
      if (!equals(column->name, "list_price") || column->type != SLUICE_COLUMN_I64) continue;
      binding_t *made = malloc(sizeof *made);
      if (!made) return fail(message, SLUICE_RESOURCE_EXHAUSTED, "no memory for the binding");
      *made = (binding_t){entity, column->offset, column->null_bit};
      *binding = made;
      return SLUICE_OK;
    }
  }
  return fail(message, SLUICE_FAILED_PRECONDITION,
              "the snapshot has no i64 column \"list_price\" in entity \"product\"");
}

static int32_t answer(const model_t *model, const binding_t *binding, sluice_call *call) {
  const sluice_price_request *request = call->request->price;
  for (uint32_t i = 0; i < request->line_count; i++) {
    const sluice_price_line *line =
        (const void *)((const char *)request->lines + (size_t)i * request->line_stride);
    const uint8_t *row = binding->product->rows + line->product_row * binding->product->row_stride;
    if (((const sluice_row_header *)row)->null_bits >> binding->null_bit & 1) return SLUICE_NOT_FOUND;
    int64_t list_price = *(const int64_t *)(row + binding->offset);
    // Money is whole minor units; the discount is rounded down, in the shopper's disfavour by less
    // than one unit.
    sluice_price price = {sizeof price, SLUICE_PRICE_MINOR, 0, 0, &discount_rule, 0, 0};
    price.unit_price_minor = list_price - list_price / 100 * model->percent_off
                             - list_price % 100 * model->percent_off / 100;
    price.rule_count = model->percent_off > 0;
    int32_t status = call->reply->set_price(call->reply, i, &price);
    if (status != SLUICE_OK) return status;
  }
  return SLUICE_OK;
}

static int32_t execute(void *model, void *binding, sluice_call *const *calls, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) calls[i]->status = answer(model, binding, calls[i]);
  return SLUICE_OK;
}

static void unbind(void *model, void *binding) { (void)model; free(binding); }
static void unload(void *model) { free(model); }

// A function a plugin leaves out is NULL: describe and warm_up are optional.
static const sluice_handler handler = {
  .struct_size = sizeof handler, .load = load, .bind = bind, .execute = execute,
  .unbind = unbind, .unload = unload};

int32_t sluice_plugin_register(const sluice_host *host, sluice_registrar *registrar) {
  (void)host;
  static const sluice_registration registration = {
    .struct_size = sizeof registration, .kind = SLUICE_KIND_PRICE,
    .name = {(const uint8_t *)"minimal-c", 9}, .execution = SLUICE_EXECUTION_INLINE,
    .threading = SLUICE_THREADING_REENTRANT, .handler = &handler};
  return registrar->add_handler(registrar, &registration);
}
