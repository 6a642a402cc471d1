/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Sluice authors
 *
 * sluice_plugin.h: the registration protocol between the Sluice gateway (the host) and a model
 * handler plugin. This file is the single source of truth and the manual; docs/PLUGINS.md is the
 * tutorial and plugins/minimal-c the smallest complete example.
 *
 * ── In one page ────────────────────────────────────────────────────────────────────────────────
 * A plugin is one shared object that exports exactly one symbol, `sluice_plugin_register`. Everything
 * else crosses in tables of function pointers: the plugin gets a `sluice_host` table and hands a
 * `sluice_handler` table back. A plugin has no undefined `sluice_` symbol.
 *
 * Order of calls for one model version, enforced by the host:
 *
 *     register → load → describe → { bind → warm_up → execute … → unbind }* → unload
 *
 * `bind` is called once for each snapshot the version serves from. Up to four bindings of one model
 * may be alive at a time (older snapshots drain while the newest serves). `unload` is called also when
 * `load` succeeded and any later step failed. A failed `load` must release what it took by itself.
 *
 * ── Versions ───────────────────────────────────────────────────────────────────────────────────
 * Every struct begins with `struct_size`, set by whoever fills the struct to the size it was compiled
 * with. New fields are only ever added at the end and only with a new minor. A plugin loads when its
 * major equals the host's and its minor is not above the host's; otherwise the refusal names both.
 * Reading rule: a field exists iff `offset of its end <= struct_size`. The host copies a shorter
 * plugin table into its own zero-filled full one once, at load; optional functions may be NULL.
 *
 * ── Ownership and lifetime ─────────────────────────────────────────────────────────────────────
 * Nothing allocated on one side is ever freed by the other. Everything the host passes in is borrowed
 * and read-only: it may not be kept after the call returns (for a pending call: after it completes).
 * Three exceptions, each said again at its place: the `sluice_host` table lives as long as the
 * process; a `sluice_snapshot` passed to `bind` lives until the matching `unbind` returns; memory from
 * `arena_allocate` lives as long as the call. Byte strings are never NUL-terminated: use the size.
 *
 * ── Threads ────────────────────────────────────────────────────────────────────────────────────
 * The host calls `load`, `describe`, `bind`, `warm_up`, `unbind` and `unload` of one model one at a
 * time, on control threads, possibly while other threads execute other bindings of it. `execute` runs
 * on event-loop or pool threads, several at once for a `SLUICE_THREADING_REENTRANT` handler, one at a
 * time for each model for a `SLUICE_THREADING_SERIAL` one. A plugin must not fork, change signal
 * handlers, locale, environment or floating-point modes, and no exception, longjmp or trap may cross
 * the boundary. Threads a plugin starts must be joined when `unload` returns.
 *
 * ── Errors ─────────────────────────────────────────────────────────────────────────────────────
 * Functions return an `int32_t` status (`SLUICE_OK` is 0). Beside it a plugin may write one line of
 * text into the `sluice_message` the host owns; longer text is cut. Codes equal gRPC's numbers. See
 * "Status codes" for which of them count against the version's circuit breaker.
 */
#ifndef SLUICE_PLUGIN_H
#define SLUICE_PLUGIN_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SLUICE_ABI_MAJOR 1u
#define SLUICE_ABI_MINOR 0u

/* ── Status codes ─────────────────────────────────────────────────────────────────────────────
 * "breaker: yes" means an `execute` ending so is a failure of the model version. Any code that is
 * not listed here is taken as SLUICE_UNKNOWN. */
enum {
  SLUICE_PENDING = -1,             /* execute only: the call will be completed later            */
  SLUICE_OK = 0,                   /* done; the reply is complete              breaker: success */
  SLUICE_CANCELLED = 1,            /* stopped because is_cancelled said so     breaker: ignored */
  SLUICE_UNKNOWN = 2,              /* anything else                            breaker: yes     */
  SLUICE_INVALID_ARGUMENT = 3,     /* the request makes no sense to the model  breaker: ignored */
  SLUICE_DEADLINE_EXCEEDED = 4,    /* gave up because time ran out             breaker: yes     */
  SLUICE_NOT_FOUND = 5,            /* the model has no answer for this input   breaker: ignored */
  SLUICE_RESOURCE_EXHAUSTED = 8,   /* arena or a plugin limit is full          breaker: yes     */
  SLUICE_FAILED_PRECONDITION = 9,  /* e.g. a needed column is missing (bind)   breaker: yes     */
  SLUICE_OUT_OF_RANGE = 11,        /* index or count beyond what was announced breaker: yes     */
  SLUICE_UNIMPLEMENTED = 12,       /* kind or feature not provided             breaker: ignored */
  SLUICE_INTERNAL = 13,            /* an invariant of the plugin broke         breaker: yes     */
  SLUICE_UNAVAILABLE = 14,         /* try again later                          breaker: yes     */
  SLUICE_DATA_LOSS = 15            /* an artifact or snapshot is damaged       breaker: yes     */
};

/* ── Small types ──────────────────────────────────────────────────────────────────────────────*/

/* Borrowed bytes. `data` may be NULL only when `size` is 0. Text is UTF-8. */
typedef struct sluice_bytes {
  const uint8_t *data;
  uint64_t size;
} sluice_bytes;

/* A line of text the plugin may write about an error. `data` has room for `capacity` bytes and is
 * owned by the host; the plugin sets `size` (at most `capacity`). */
typedef struct sluice_message {
  uint32_t struct_size;
  uint32_t capacity;
  uint32_t size;
  uint32_t reserved;
  char *data;
} sluice_message;

/* What a handler answers. */
enum {
  SLUICE_KIND_PRICE = 1,     /* a price for each line of a cart                                  */
  SLUICE_KIND_RECOMMEND = 2, /* an ordered list of products                                      */
  SLUICE_KIND_INFER = 3      /* tensors in, tensors out; a 1.0 host refuses it by name           */
};

/* Where a handler wishes to run. The config may choose another mode the handler allows. */
enum {
  SLUICE_EXECUTION_INLINE = 1,  /* on the event loop: microseconds, no blocking, no pending. The
                                   host measures and demotes a handler that overruns.            */
  SLUICE_EXECUTION_POOLED = 2,  /* on a bounded pool of threads of its own                       */
  SLUICE_EXECUTION_ISOLATED = 3 /* in a supervised worker process                                */
};

enum {
  SLUICE_THREADING_SERIAL = 1,   /* one execute at a time for each model                         */
  SLUICE_THREADING_REENTRANT = 2 /* any number of threads at once                                */
};

/* Capability bits. The host offers a set; a handler names what it requires and what it can use. A
 * handler whose required set is not offered is refused with the missing names. */
#define SLUICE_CAPABILITY_SNAPSHOT_READ (UINT64_C(1) << 0)    /* snapshot_find_row, snapshot_blob  */
#define SLUICE_CAPABILITY_METRICS (UINT64_C(1) << 1)          /* counters and histograms           */
#define SLUICE_CAPABILITY_LATE_COMPLETION (UINT64_C(1) << 2)  /* SLUICE_PENDING and complete       */
#define SLUICE_CAPABILITY_CANCELLATION (UINT64_C(1) << 3)     /* is_cancelled                      */

enum { SLUICE_LOG_DEBUG = 1, SLUICE_LOG_INFO = 2, SLUICE_LOG_WARNING = 3, SLUICE_LOG_ERROR = 4 };

/* ── The snapshot as a plugin sees it ─────────────────────────────────────────────────────────
 * A snapshot is an immutable, memory-mapped file. Each entity (product, customer, …) is a table of
 * `row_count` rows, `row_stride` bytes apart, 64-byte aligned, ordered by key. A row begins with a
 * sluice_row_header; a column's value is at the column's offset from the start of the row. Columns
 * are naturally aligned and little-endian. Row numbers are valid within one snapshot only. */

#define SLUICE_NO_ROW UINT32_MAX

typedef struct sluice_row_header {
  uint64_t key_check;  /* FNV-1a 64 of the key's bytes                                           */
  uint32_t version;    /* layout version of the row, 1                                           */
  uint32_t key_size;   /* bytes of the key                                                       */
  uint64_t null_bits;  /* bit `null_bit` of a column set: the value is absent (it reads as 0/NaN) */
} sluice_row_header;

enum {
  SLUICE_COLUMN_I64 = 1,  /* int64_t: counts, Unix seconds, money in minor units                 */
  SLUICE_COLUMN_F32 = 2,  /* float; absent is NaN                                                */
  SLUICE_COLUMN_U32 = 3,  /* uint32_t: category codes, row numbers                               */
  SLUICE_COLUMN_TEXT = 4, /* sluice_span into the entity's heap, in bytes; UTF-8                 */
  SLUICE_COLUMN_LIST = 5  /* sluice_span into the entity's heap; elements of `element_size`      */
};

/* Where a TEXT or LIST value lies: `count` bytes or elements at byte `offset` of the heap. LIST
 * values are 8-byte aligned. */
typedef struct sluice_span {
  uint32_t offset;
  uint32_t count;
} sluice_span;

typedef struct sluice_column {
  uint32_t struct_size;
  uint32_t type;         /* SLUICE_COLUMN_…                                                      */
  sluice_bytes name;
  uint32_t offset;       /* bytes from the start of the row                                      */
  uint32_t null_bit;     /* 0…63                                                                 */
  uint32_t element_size; /* LIST: bytes of one element; otherwise 0                              */
  uint32_t reserved;
} sluice_column;

typedef struct sluice_entity {
  uint32_t struct_size;
  uint32_t row_count;
  sluice_bytes name;
  const uint8_t *rows;
  uint64_t row_stride;
  const sluice_column *columns; /* `column_stride` bytes apart                                   */
  uint32_t column_count;
  uint32_t column_stride;
  sluice_bytes heap;
} sluice_entity;

typedef struct sluice_snapshot {
  uint32_t struct_size;
  uint32_t entity_count;
  const sluice_entity *entities; /* `entity_stride` bytes apart                                  */
  uint32_t entity_stride;
  uint32_t currency_digits;      /* minor-unit digits of every money column                      */
  sluice_bytes id;
  sluice_bytes currency;         /* ISO 4217                                                     */
  uint64_t schema_fingerprint;   /* first 8 bytes of the schema's SHA-256, big-endian            */
  void *host_snapshot;           /* opaque, for the host services                                */
} sluice_snapshot;

/* Elements of the well-known LIST columns of the product entity. */
typedef struct sluice_price_tier { /* column "price_tiers", ordered by kind, then quantity       */
  uint32_t customer_kind;          /* code of the customer's kind; 0 is any kind                 */
  uint32_t quantity_minimum;       /* the tier holds from this quantity on                       */
  int64_t unit_price_minor;
} sluice_price_tier;

typedef struct sluice_neighbour { /* column "neighbours", heaviest first                         */
  uint32_t product_row;
  float weight;                   /* in (0, 1]                                                   */
} sluice_neighbour;

/* ── Requests and replies ─────────────────────────────────────────────────────────────────────*/

typedef struct sluice_price_line {
  uint32_t struct_size;
  uint32_t product_row;  /* always a valid row: unknown products never reach a handler           */
  int64_t quantity;      /* 1 or more                                                            */
  sluice_bytes variant_id;
} sluice_price_line;

typedef struct sluice_price_request {
  uint32_t struct_size;
  uint32_t line_count;
  const sluice_price_line *lines; /* `line_stride` bytes apart                                   */
  uint32_t line_stride;
  uint32_t reserved;
} sluice_price_request;

enum { SLUICE_INTENT_RELATED = 1, SLUICE_INTENT_COMPLEMENTARY = 2 };

/* Row numbers are products of the request's snapshot; unknown products were dropped. */
typedef struct sluice_recommend_request {
  uint32_t struct_size;
  uint32_t intent;               /* SLUICE_INTENT_…                                              */
  uint32_t limit;                /* answer at most this many items                               */
  uint32_t focus_row;            /* the product being looked at, or SLUICE_NO_ROW                */
  const uint32_t *session_rows;  /* oldest first                                                 */
  const uint32_t *cart_rows;     /* oldest first                                                 */
  const uint32_t *exclude_rows;
  const uint32_t *candidate_rows; /* NULL: the whole catalogue                                   */
  uint32_t session_count;
  uint32_t cart_count;
  uint32_t exclude_count;
  uint32_t candidate_count;
} sluice_recommend_request;

typedef struct sluice_request {
  uint32_t struct_size;
  uint32_t kind;                 /* SLUICE_KIND_…: tells which of the two pointers is set        */
  uint64_t deadline_ns;          /* absolute, on monotonic_ns's clock                            */
  uint64_t handle;               /* names this call for complete; tagged with a generation       */
  void *host_call;               /* opaque, for the host services                                */
  const sluice_snapshot *snapshot;
  int64_t unix_milliseconds;     /* the request's wall-clock time: use it, never the clock       */
  uint32_t customer_row;         /* row of the customer entity, or SLUICE_NO_ROW                 */
  uint32_t currency_digits;
  sluice_bytes shop;
  sluice_bytes currency;         /* ISO 4217                                                     */
  sluice_bytes unit;             /* who is being served: customer or session id                  */
  const sluice_price_request *price;
  const sluice_recommend_request *recommend;
} sluice_request;

/* How a handler states a price. MINOR is exact. REAL is for models whose output is a number: the host
 * refuses NaN, infinities and negatives and rounds half to even to the currency's digits, once. */
enum { SLUICE_PRICE_MINOR = 1, SLUICE_PRICE_REAL = 2 };

#define SLUICE_RULES_MAX 4u

typedef struct sluice_price {
  uint32_t struct_size;
  uint32_t form;               /* SLUICE_PRICE_…                                                 */
  int64_t unit_price_minor;    /* form MINOR                                                     */
  double unit_price;           /* form REAL                                                      */
  const sluice_bytes *rules;   /* names of the rules that made the price, e.g. "quantity_break";
                                  the bytes must stay valid until unload                         */
  uint32_t rule_count;         /* at most SLUICE_RULES_MAX                                       */
  uint32_t reserved;
} sluice_price;

typedef struct sluice_item {
  uint32_t struct_size;
  uint32_t product_row;
  float score;                 /* finite                                                         */
  uint32_t reserved;
  sluice_bytes reason;         /* short machine-readable word; valid until unload                */
} sluice_item;

/* Where a handler writes its answer: memory of the host. A PRICE reply is complete when every line
 * was set once; a RECOMMEND reply is what was added, best first. Both functions check their arguments
 * and return SLUICE_OUT_OF_RANGE (line or row that does not exist, more items than `limit`) or
 * SLUICE_INVALID_ARGUMENT (set twice, non-finite, unknown form); the reply is then refused whatever
 * `execute` returns, and counts as a failure. Callable from the thread that executes the call. */
typedef struct sluice_reply {
  uint32_t struct_size;
  uint32_t reserved;
  void *host_reply; /* opaque */
  int32_t (*set_price)(struct sluice_reply *reply, uint32_t line, const sluice_price *price);
  int32_t (*add_item)(struct sluice_reply *reply, const sluice_item *item);
} sluice_reply;

/* One item of a batch. `status` is the answer for this item, set by the handler. */
typedef struct sluice_call {
  uint32_t struct_size;
  int32_t status;
  const sluice_request *request;
  sluice_reply *reply;
  sluice_message *message;
} sluice_call;

/* ── What the host offers ─────────────────────────────────────────────────────────────────────
 * Lives as long as the process. Every function may be called from any thread unless said otherwise,
 * never blocks and never fails but by its return value. `host` is the table itself. */
typedef struct sluice_host {
  uint32_t struct_size;
  uint32_t abi_major;
  uint32_t abi_minor;
  uint32_t reserved;
  uint64_t capabilities;
  void *context; /* opaque */

  /* Writes one structured log line with the plugin's name. Lines above the host's rate are dropped
   * and counted. */
  void (*log)(const struct sluice_host *host, uint32_t level, sluice_bytes text);

  /* Nanoseconds on a clock that never goes back. In tests and simulation it may be a manual one. */
  uint64_t (*monotonic_ns)(const struct sluice_host *host);

  /* Registers a metric series, during load only. Names are [a-z0-9_]+; the host prefixes
   * `sluice_plugin_<plugin>_`. Returns SLUICE_RESOURCE_EXHAUSTED past the plugin's series cap. The
   * same name twice returns the same series. */
  int32_t (*counter_register)(const struct sluice_host *host, sluice_bytes name, uint32_t *series);
  int32_t (*histogram_register)(const struct sluice_host *host, sluice_bytes name, uint32_t *series);
  void (*counter_add)(const struct sluice_host *host, uint32_t series, uint64_t amount);
  void (*histogram_record)(const struct sluice_host *host, uint32_t series, uint64_t nanoseconds);

  /* Nanoseconds until the call's deadline, 0 when it has passed. */
  uint64_t (*remaining_ns)(const struct sluice_host *host, const sluice_request *request);

  /* 1 when nobody waits for the answer any more: return SLUICE_CANCELLED soon. */
  int32_t (*is_cancelled)(const struct sluice_host *host, const sluice_request *request);

  /* Memory that lives as long as the call, aligned to `alignment` (a power of two, at most 64). NULL
   * when the call's arena is full. Only from the thread that executes the call. */
  void *(*arena_allocate)(const struct sluice_host *host, const sluice_request *request,
                          uint64_t size, uint64_t alignment);

  /* The row number of `key` in entity number `entity`, or SLUICE_NO_ROW. Only from the thread that
   * executes the call, or during warm_up with a NULL request. */
  uint32_t (*snapshot_find_row)(const struct sluice_host *host, const sluice_request *request,
                                uint32_t entity, sluice_bytes key);

  /* A named large value of the snapshot (e.g. "popular": uint32_t product rows, best first), in
   * place; {NULL, 0} when there is none. The pointer lives as long as the binding. */
  sluice_bytes (*snapshot_blob)(const struct sluice_host *host, const sluice_snapshot *snapshot,
                                sluice_bytes name);

  /* Ends a pending call, exactly once, from any thread. A late, double or forged completion is
   * counted, returns SLUICE_NOT_FOUND and does nothing else. The reply must be complete before. */
  int32_t (*complete)(const struct sluice_host *host, uint64_t handle, int32_t status);
} sluice_host;

/* ── What a handler provides ──────────────────────────────────────────────────────────────────*/

typedef struct sluice_load {
  uint32_t struct_size;
  uint32_t reserved;
  const sluice_host *host;
  sluice_bytes model;         /* name of the model in the config                                 */
  sluice_bytes version;       /* its version in the config                                       */
  sluice_bytes settings;      /* UTF-8 JSON object: the version's `settings` in the config       */
  sluice_bytes artifact_path; /* folder of model files; empty when the config names none         */
} sluice_load;

enum {
  SLUICE_DATATYPE_BOOL = 1, SLUICE_DATATYPE_INT32 = 2, SLUICE_DATATYPE_INT64 = 3,
  SLUICE_DATATYPE_FP32 = 4, SLUICE_DATATYPE_FP64 = 5, SLUICE_DATATYPE_BYTES = 6
};

#define SLUICE_RANK_MAX 4u

/* One input or output, as the Open Inference Protocol's model metadata shows it. -1 is any size. */
typedef struct sluice_tensor {
  uint32_t struct_size;
  uint32_t datatype; /* SLUICE_DATATYPE_… */
  sluice_bytes name;
  uint32_t rank;
  uint32_t reserved;
  int64_t shape[SLUICE_RANK_MAX];
} sluice_tensor;

/* Filled by `describe` with pointers that stay valid until `unload`. */
typedef struct sluice_description {
  uint32_t struct_size;
  uint32_t input_count;
  const sluice_tensor *inputs;
  const sluice_tensor *outputs;
  uint32_t output_count;
  uint32_t reserved;
  sluice_bytes platform; /* e.g. "sluice-pricing" */
} sluice_description;

/* The function table of a handler. `load`, `bind`, `execute`, `unbind` and `unload` are required. */
typedef struct sluice_handler {
  uint32_t struct_size;
  uint32_t reserved;

  /* Reads settings and artifacts and makes the model; `*model` is the plugin's own pointer, passed to
   * every later call. May take its time and touch files. On error the host calls nothing further. */
  int32_t (*load)(const sluice_load *load, void **model, sluice_message *message);

  /* Optional. Says what goes in and out. */
  int32_t (*describe)(void *model, sluice_description *description, sluice_message *message);

  /* Resolves column names to offsets for one snapshot. Refuse here (SLUICE_FAILED_PRECONDITION, with
   * the column's name) what execute would miss. `*binding` is passed to execute and unbind. */
  int32_t (*bind)(void *model, const sluice_snapshot *snapshot, void **binding,
                  sluice_message *message);

  /* Optional. Touches what the first request would touch. */
  int32_t (*warm_up)(void *model, void *binding, sluice_message *message);

  /* Answers `count` calls, setting each call's `status` to SLUICE_OK, SLUICE_PENDING or an error. A
   * return value other than SLUICE_OK is the answer for all of them. */
  int32_t (*execute)(void *model, void *binding, sluice_call *const *calls, uint32_t count);

  /* Releases a binding; no call with it is running or pending. */
  void (*unbind)(void *model, void *binding);

  /* Releases the model; no binding is left. */
  void (*unload)(void *model);
} sluice_handler;

typedef struct sluice_registration {
  uint32_t struct_size;
  uint32_t kind;                  /* SLUICE_KIND_…                                               */
  sluice_bytes name;              /* [a-z0-9-]+, at most 64 bytes, unique within the plugin       */
  uint32_t execution;             /* SLUICE_EXECUTION_…, the wish                                */
  uint32_t threading;             /* SLUICE_THREADING_…                                          */
  uint64_t required_capabilities;
  uint64_t optional_capabilities;
  const sluice_handler *handler;  /* copied by the host during add_handler                       */
} sluice_registration;

typedef struct sluice_registrar {
  uint32_t struct_size;
  uint32_t reserved;
  void *host_registrar; /* opaque */
  sluice_message *message;

  /* Announces one handler. Copies all it needs. Returns SLUICE_INVALID_ARGUMENT for a bad name, kind
   * or table, SLUICE_FAILED_PRECONDITION for a required capability the host lacks. */
  int32_t (*add_handler)(struct sluice_registrar *registrar, const sluice_registration *registration);
} sluice_registrar;

/* The one exported symbol. Called once, right after the shared object was loaded. It must have no side
 * effect but its calls of add_handler: no thread, no file, no network. Returns SLUICE_OK or the error
 * that makes the host refuse the plugin. */
#if defined(__GNUC__)
__attribute__((visibility("default")))
#endif
int32_t sluice_plugin_register(const sluice_host *host, sluice_registrar *registrar);

/* ── The note ─────────────────────────────────────────────────────────────────────────────────
 * An ELF note in section .note.sluice tells what a plugin is without running any of its code. The host
 * reads it before dlopen and refuses a file without one. Text is NUL-padded. One C file of a plugin
 * says, at file scope:
 *
 *     SLUICE_PLUGIN_NOTE("pricing", "1.0.0", SLUICE_KIND_BIT(SLUICE_KIND_PRICE),
 *                        SLUICE_CAPABILITY_SNAPSHOT_READ, 0, "swift-6.3")
 */
#define SLUICE_NOTE_OWNER "Sluice"
#define SLUICE_NOTE_TYPE 1u
#define SLUICE_KIND_BIT(kind) (UINT32_C(1) << (kind))

typedef struct sluice_note {
  uint32_t abi_major;
  uint32_t abi_minor;
  uint32_t kinds; /* SLUICE_KIND_BIT of every kind it registers */
  uint32_t reserved;
  uint64_t required_capabilities;
  uint64_t optional_capabilities;
  char plugin_name[64];
  char plugin_version[32];
  char toolchain[64];
} sluice_note;

typedef struct sluice_note_section {
  uint32_t owner_size;
  uint32_t note_size;
  uint32_t type;
  char owner[8];
  sluice_note note __attribute__((packed, aligned(4)));
} sluice_note_section;

#define SLUICE_PLUGIN_NOTE(NAME, VERSION, KINDS, REQUIRED, OPTIONAL, TOOLCHAIN)                     \
  __attribute__((used, aligned(4), section(".note.sluice")))                                       \
  static const sluice_note_section sluice_plugin_note = {                                          \
    sizeof SLUICE_NOTE_OWNER, sizeof(sluice_note), SLUICE_NOTE_TYPE, SLUICE_NOTE_OWNER,            \
    {SLUICE_ABI_MAJOR, SLUICE_ABI_MINOR, KINDS, 0, REQUIRED, OPTIONAL, NAME, VERSION, TOOLCHAIN}};

#ifdef __cplusplus
}
#endif

#endif
