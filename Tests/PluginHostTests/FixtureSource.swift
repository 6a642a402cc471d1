// SPDX-License-Identifier: Apache-2.0

/// The C source of every plugin the tests load. Macros choose how it registers, settings how it behaves.
enum FixtureSource {
    static let plugin = #"""
        #include "sluice_plugin.h"
        #include <errno.h>
        #include <fcntl.h>
        #include <math.h>
        #include <pthread.h>
        #include <signal.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/ptrace.h>
        #include <unistd.h>

        #ifndef MAJOR
        #define MAJOR SLUICE_ABI_MAJOR
        #endif
        #ifndef MINOR
        #define MINOR SLUICE_ABI_MINOR
        #endif
        #ifndef KIND
        #define KIND SLUICE_KIND_PRICE
        #endif
        #ifndef THREADING
        #define THREADING SLUICE_THREADING_REENTRANT
        #endif
        #ifndef EXECUTION
        #define EXECUTION SLUICE_EXECUTION_INLINE
        #endif
        #ifndef REQUIRED
        #define REQUIRED 0
        #endif
        #ifndef NAME
        #define NAME "fixture"
        #endif
        #ifndef HANDLER_SIZE
        #define HANDLER_SIZE sizeof(sluice_handler)
        #endif
        #ifndef ENTRY
        #define ENTRY sluice_plugin_register
        #endif

        #ifdef TRUNCATED_NOTE
        __attribute__((used, aligned(4), section(".note.sluice"))) static const struct {
          uint32_t owner_size, note_size, type; char owner[8]; uint32_t major, minor;
        } note = {7, 8, 1, "Sluice", MAJOR, MINOR};
        #elif !defined(NO_NOTE)
        __attribute__((used, aligned(4), section(".note.sluice")))
        static const sluice_note_section note = {
            7, sizeof(sluice_note), SLUICE_NOTE_TYPE, "Sluice",
            {MAJOR, MINOR, SLUICE_KIND_BIT(SLUICE_KIND_PRICE) | SLUICE_KIND_BIT(SLUICE_KIND_RECOMMEND),
             0, REQUIRED, 0, NAME, "1.2.3", "test"}};
        #endif

        typedef struct { const sluice_host *host; char behaviour[64]; int running;
                         uint32_t counter, histogram; } model_t;

        static int is(const model_t *m, const char *name) { return strcmp(m->behaviour, name) == 0; }
        static sluice_bytes text(const char *t) {
          return (sluice_bytes){(const uint8_t *)t, strlen(t)}; }
        static void say(const model_t *m, const char *t) { m->host->log(m->host, SLUICE_LOG_INFO, text(t)); }
        static int32_t fail(sluice_message *message, int32_t status, const char *t) {
          message->size = (uint32_t)strlen(t); memcpy(message->data, t, strlen(t)); return status; }

        static int32_t load(const sluice_load *load, void **model, sluice_message *message) {
          model_t *m = calloc(1, sizeof *m);
          m->host = load->host;
          memcpy(m->behaviour, load->settings.data, load->settings.size < 63 ? load->settings.size : 63);
          if (is(m, "load fails")) { free(m); return fail(message, SLUICE_INVALID_ARGUMENT, "no such rule"); }
          if (is(m, "long message")) {
            memset(message->data, 'x', message->capacity); message->size = 4000000000u;
            free(m); return SLUICE_INTERNAL; }
          if (is(m, "odd status")) { free(m); return 77; }
          int32_t a = m->host->counter_register(m->host, text("answers"), &m->counter);
          int32_t b = m->host->histogram_register(m->host, text("work_ns"), &m->histogram);
          if (a || b) { free(m); return fail(message, SLUICE_INTERNAL, "metrics"); }
          say(m, "load"); *model = m; return SLUICE_OK;
        }
        static int32_t describe(void *model, sluice_description *d, sluice_message *message) {
          static sluice_tensor tensors[2];
          for (int i = 0; i < 2; i++) tensors[i] = (sluice_tensor){sizeof(sluice_tensor),
              i ? SLUICE_DATATYPE_INT64 : SLUICE_DATATYPE_BYTES, text(i ? "quantity" : "variant_id"), 1, 0, {-1}};
          if (is(model, "describe fails")) return fail(message, SLUICE_INTERNAL, "cannot");
          if (is(model, "describe lies")) { d->inputs = tensors; d->input_count = 1u << 30; return SLUICE_OK; }
          d->inputs = tensors; d->input_count = 2; d->outputs = tensors + 1; d->output_count = 1;
          d->platform = text("test"); return SLUICE_OK;
        }
        static int32_t bind(void *model, const sluice_snapshot *s, void **binding, sluice_message *message) {
          say(model, "bind");
          if (is(model, "bind fails")) return fail(message, SLUICE_FAILED_PRECONDITION, "no column \"list_price\"");
          *binding = (void *)s; return SLUICE_OK;
        }
        static int32_t warm_up(void *model, void *binding, sluice_message *message) {
          model_t *m = model;
          if (is(m, "warm_up fails")) return fail(message, SLUICE_INTERNAL, "cold");
          if (m->host->snapshot_find_row(m->host, 0, 0, text("P10003")) != 3)
            return fail(message, SLUICE_INTERNAL, "warm_up cannot find a row");
          say(m, "warm_up"); return SLUICE_OK;
        }
        static int32_t set(sluice_call *c, uint32_t line, sluice_price price) {
          price.struct_size = sizeof price; return c->reply->set_price(c->reply, line, &price); }
        static int32_t minor(sluice_call *c, uint32_t line, int64_t value) {
          return set(c, line, (sluice_price){.form = SLUICE_PRICE_MINOR, .unit_price_minor = value}); }
        static int32_t all(sluice_call *c) {
          for (uint32_t i = 0; i < c->request->price->line_count; i++) minor(c, i, 100 * (i + 1));
          return SLUICE_OK; }

        typedef struct { const sluice_host *host; uint64_t handle; int times; } later_t;
        static void *later(void *argument) {
          later_t l = *(later_t *)argument; free(argument);
          usleep(2000);
          for (int i = 0; i < l.times; i++) l.host->complete(l.host, l.handle, SLUICE_OK);
          return 0; }
        static int32_t complete_later(const model_t *m, sluice_call *c, int times) {
          later_t *l = malloc(sizeof *l); pthread_t thread;
          *l = (later_t){m->host, c->request->handle, times};
          pthread_create(&thread, 0, later, l); pthread_detach(thread); return SLUICE_PENDING; }

        /* A bit for each way out of a sandbox that is open. */
        int socket(int family, int type, int protocol);
        static int64_t ways_out(void) {
          char *const none[] = {0}; int64_t open_ways = 0; pid_t child;
          if (socket(2 /* AF_INET */, 1, 0) >= 0) open_ways |= 1;
          if (socket(1 /* AF_UNIX */, 1, 0) >= 0) open_ways |= 2;
          if (open("/tmp/sluice-escape", O_CREAT | O_WRONLY, 0600) >= 0) open_ways |= 4;
          if (open("/etc/passwd", O_RDONLY) >= 0) open_ways |= 8;
          if ((child = fork()) == 0) _exit(0);
          if (child > 0) open_ways |= 16;
          if (kill(getppid(), 0) == 0) open_ways |= 32;
          if (ptrace(PTRACE_TRACEME, 0, 0, 0) == 0) open_ways |= 64;
          if (unlink("/tmp/sluice-escape") == 0 || errno != EPERM) open_ways |= 128;
          if (open("/proc/self/mem", O_RDWR) >= 0) open_ways |= 256;
          execve("/bin/true", none, none); if (errno != EPERM) open_ways |= 512;
          return open_ways; }

        static int32_t price(model_t *m, const sluice_snapshot *s, sluice_call *c) {
          const sluice_host *h = m->host; double huge = 1e300; char *nowhere = 0;
          if (is(m, "set twice")) { minor(c, 0, 1); return minor(c, 0, 1) ? SLUICE_OK : SLUICE_OK; }
          if (is(m, "line beyond")) { all(c); minor(c, 4000000000u, 1); return SLUICE_OK; }
          if (is(m, "not a number")) return set(c, 0, (sluice_price){.form = SLUICE_PRICE_REAL, .unit_price = NAN}), SLUICE_OK;
          if (is(m, "infinite")) return set(c, 0, (sluice_price){.form = SLUICE_PRICE_REAL, .unit_price = INFINITY}), SLUICE_OK;
          if (is(m, "negative real")) return set(c, 0, (sluice_price){.form = SLUICE_PRICE_REAL, .unit_price = -0.001}), SLUICE_OK;
          if (is(m, "negative")) return minor(c, 0, -1), SLUICE_OK;
          if (is(m, "overflow real")) return set(c, 0, (sluice_price){.form = SLUICE_PRICE_REAL, .unit_price = huge}), SLUICE_OK;
          if (is(m, "overflow line")) return minor(c, 0, INT64_MAX), SLUICE_OK;
          if (is(m, "unknown form")) return set(c, 0, (sluice_price){.form = 9}), SLUICE_OK;
          if (is(m, "null price")) return c->reply->set_price(c->reply, 0, 0), SLUICE_OK;
          if (is(m, "incomplete")) return minor(c, 0, 1), SLUICE_OK;
          if (is(m, "five rules")) { sluice_bytes r[5] = {{0}}; return set(c, 0, (sluice_price){.form = 1, .rules = r, .rule_count = 5}), SLUICE_OK; }
          if (is(m, "quoted rule")) { sluice_bytes r = text("a\"b"); return set(c, 0, (sluice_price){.form = 1, .rules = &r, .rule_count = 1}), SLUICE_OK; }
          if (is(m, "fault then error")) { minor(c, 0, -1); return SLUICE_NOT_FOUND; }
          if (is(m, "item for price")) { sluice_item i = {.struct_size = sizeof i}; c->reply->add_item(c->reply, &i); return all(c); }
          if (is(m, "real")) { static sluice_bytes r[2]; r[0] = text("one"); r[1] = text("two");
            set(c, 0, (sluice_price){.form = SLUICE_PRICE_REAL, .unit_price = 0.125, .rules = r, .rule_count = 2});
            return SLUICE_OK; }
          if (is(m, "says why")) return fail(c->message, SLUICE_NOT_FOUND, "never sold");
          if (is(m, "ways out")) return minor(c, 0, ways_out()), SLUICE_OK;
          if (is(m, "hangs")) for (;;) usleep(1000);
          if (is(m, "hogs")) { size_t n = 24u << 20; char *b = malloc(n); if (b) memset(b, 1, n); usleep(20000); return all(c); }
          if (is(m, "crash")) { *nowhere = 1; }
          if (is(m, "exit")) _exit(3);
          if (is(m, "leak")) { memset(malloc(2000), 1, 2000); return all(c); }
          if (is(m, "pending")) return SLUICE_PENDING;
          if (is(m, "completes later")) { all(c); return complete_later(m, c, 1); }
          if (is(m, "completes twice")) { all(c); return complete_later(m, c, 2); }
          if (is(m, "completes early")) { all(c); h->complete(h, c->request->handle, SLUICE_OK); return SLUICE_PENDING; }
          if (is(m, "completes and answers")) { all(c); h->complete(h, c->request->handle, SLUICE_INTERNAL); return SLUICE_OK; }
          if (is(m, "until cancelled")) { while (!h->is_cancelled(h, c->request)) usleep(500); return SLUICE_CANCELLED; }
          if (is(m, "sleeps")) { usleep(3000000); return all(c); }
          if (is(m, "one at a time")) {
            if (__atomic_exchange_n(&m->running, 1, __ATOMIC_SEQ_CST)) return SLUICE_INTERNAL;
            usleep(200); all(c); __atomic_store_n(&m->running, 0, __ATOMIC_SEQ_CST); return SLUICE_OK; }
          if (is(m, "services")) {
            sluice_bytes popular = h->snapshot_blob(h, s, text("popular"));
            sluice_bytes nothing = h->snapshot_blob(h, s, text("nothing"));
            uint8_t *memory = h->arena_allocate(h, c->request, 100, 64);
            int ok = h->snapshot_find_row(h, c->request, 0, text("P10007")) == 7
              && h->snapshot_find_row(h, c->request, 0, text("nobody")) == SLUICE_NO_ROW
              && h->snapshot_find_row(h, c->request, 99, text("P10007")) == SLUICE_NO_ROW
              && popular.size == 512 * 4 && nothing.size == 0
              && memory && ((uintptr_t)memory & 63) == 0
              && !h->arena_allocate(h, c->request, 1u << 30, 8) && !h->arena_allocate(h, c->request, 8, 3)
              && !h->arena_allocate(h, c->request, UINT64_MAX, 8) && !h->arena_allocate(h, 0, 8, 8)
              && h->remaining_ns(h, c->request) > 0 && h->remaining_ns(h, 0) == 0
              && h->is_cancelled(h, c->request) == 0 && h->monotonic_ns(h) > 0
              && h->complete(h, 0, 0) == SLUICE_NOT_FOUND;
            uint32_t series; ok = ok && h->counter_register(h, text("late"), &series) == SLUICE_FAILED_PRECONDITION;
            h->counter_add(h, m->counter, 2); h->histogram_record(h, m->histogram, 1500);
            h->counter_add(h, 4000000000u, 1); h->histogram_record(h, m->counter, 1);
            all(c); return ok ? SLUICE_OK : SLUICE_INTERNAL; }
          if (is(m, "chatty")) { for (int i = 0; i < 100; i++) say(m, "chat"); return all(c); }
          return all(c);
        }
        static int32_t recommend(model_t *m, sluice_call *c) {
          sluice_item item = {sizeof item, 1, 0.5f, 0, text("popular")};
          if (is(m, "too many")) { for (int i = 0; i < 100; i++) c->reply->add_item(c->reply, &item); return SLUICE_OK; }
          if (is(m, "row beyond")) item.product_row = 512;
          if (is(m, "score")) item.score = NAN;
          c->reply->add_item(c->reply, &item); return SLUICE_OK;
        }
        static int32_t execute(void *model, void *binding, sluice_call *const *calls, uint32_t count) {
          if (is(model, "refuses all")) return SLUICE_UNAVAILABLE;
          for (uint32_t i = 0; i < count; i++)
            calls[i]->status = calls[i]->request->kind == SLUICE_KIND_PRICE
              ? price(model, binding, calls[i]) : recommend(model, calls[i]);
          return SLUICE_OK;
        }
        static void unbind(void *model, void *binding) { say(model, "unbind"); }
        static void unload(void *model) { say(model, "unload"); free(model); }

        static const sluice_handler handler = {HANDLER_SIZE, 0, load, describe, bind, warm_up,
        #ifdef NO_EXECUTE
          0,
        #else
          execute,
        #endif
          unbind, unload};

        #ifdef UNDEFINED
        int32_t sluice_elsewhere(void);
        #endif
        #ifdef TWO_EXPORTS
        __attribute__((visibility("default"))) int sluice_extra(void) { return 1; }
        #endif
        __attribute__((visibility("default")))
        int32_t ENTRY(const sluice_host *host, sluice_registrar *registrar) {
        #ifdef UNDEFINED
          sluice_elsewhere();
        #endif
        #ifdef CRASH_REGISTER
          raise(SIGSEGV);
        #endif
        #ifdef REGISTER_FAILS
          return fail(registrar->message, SLUICE_UNAVAILABLE, "licence expired");
        #endif
        #ifdef REGISTERS_NOTHING
          return SLUICE_OK;
        #endif
          sluice_registration r = {sizeof r, KIND, text(NAME), EXECUTION, THREADING, REQUIRED, 0, &handler};
        #ifdef TWICE
          registrar->add_handler(registrar, &r);
        #endif
          registrar->add_handler(registrar, &r);
          return SLUICE_OK;
        }
        """#
}
