// SPDX-License-Identifier: Apache-2.0
import Foundation
import PluginHost
import TestSupport

/// A plugin in C that does what a test says, call by call.
///
/// Its settings are the address of a `FakeControl`'s words.
enum FakePlugin {
    struct CompilerFailure: Error {}

    /// Its handlers are `price` and `recommend`.
    static func handler(_ name: String) throws -> HandlerRegistration {
        let plugin = try Plugin.load(
            path: try compiled.get(),
            expecting: nil,
            host: SnapshotHost.services
        )
        return plugin.handler(named: name)!
    }

    private static let compiled = Result { try compile() }

    private static func compile() throws -> String {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "sluice-fake-plugin-\(ProcessInfo.processInfo.processIdentifier)"
        )
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let input = folder.appendingPathComponent("fake.c").path
        let output = folder.appendingPathComponent("fake.so").path
        try source.write(toFile: input, atomically: true, encoding: .utf8)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "cc", "-std=gnu11", "-shared", "-fPIC", "-fvisibility=hidden",
            "-I", Repository.root + "/Sources/CSluice/include", input, "-o", output,
        ]
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CompilerFailure() }
        return output
    }

    private static let source = #"""
        // SPDX-License-Identifier: Apache-2.0
        #include "sluice_plugin.h"
        #include <math.h>
        #include <stdlib.h>
        #include <string.h>
        #include <unistd.h>

        SLUICE_PLUGIN_NOTE("fake", "1.0.0",
                           SLUICE_KIND_BIT(SLUICE_KIND_PRICE) | SLUICE_KIND_BIT(SLUICE_KIND_RECOMMEND),
                           0, 0, "c")

        enum { OK, FAIL, NOT_A_NUMBER, INCOMPLETE, NOT_FOUND };
        typedef struct { int64_t mode, percent, is_open, calls, first_row; } control_t;

        static int64_t get(int64_t *word) { return __atomic_load_n(word, __ATOMIC_SEQ_CST); }

        static int32_t load(const sluice_load *load, void **model, sluice_message *message) {
          char text[32] = {0};
          (void)message;
          memcpy(text, load->settings.data, load->settings.size < 31 ? load->settings.size : 31);
          *model = (void *)strtoull(text, 0, 10);
          return SLUICE_OK;
        }
        static int32_t bind(void *model, const sluice_snapshot *snapshot, void **binding,
                            sluice_message *message) {
          (void)model; (void)message;
          *binding = (void *)snapshot;
          return SLUICE_OK;
        }

        // The list price of row r is 1000 + 10 r.
        static int32_t price(control_t *control, sluice_call *call, int64_t mode) {
          const sluice_price_request *request = call->request->price;
          uint32_t count = request->line_count - (mode == INCOMPLETE);
          for (uint32_t i = 0; i < count; i++) {
            sluice_price price = {.struct_size = sizeof price, .form = SLUICE_PRICE_MINOR};
            price.unit_price_minor = (1000 + 10 * (int64_t)request->lines[i].product_row)
                                     * get(&control->percent) / 100;
            if (mode == NOT_A_NUMBER) { price.form = SLUICE_PRICE_REAL; price.unit_price = NAN; }
            call->reply->set_price(call->reply, i, &price);
          }
          return SLUICE_OK;
        }
        static int32_t recommend(control_t *control, sluice_call *call, int64_t mode) {
          for (uint32_t i = 0; i < call->request->recommend->limit; i++) {
            sluice_item item = {.struct_size = sizeof item, .score = mode == NOT_A_NUMBER ? NAN : 0.5f};
            item.product_row = (uint32_t)get(&control->first_row) + i;
            if (mode == INCOMPLETE) item.product_row = 1u << 30;
            call->reply->add_item(call->reply, &item);
          }
          return SLUICE_OK;
        }
        static int32_t execute_one(control_t *control, sluice_call *call) {
          __atomic_fetch_add(&control->calls, 1, __ATOMIC_SEQ_CST);
          int64_t mode = get(&control->mode);
          while (!get(&control->is_open)) usleep(200);
          if (mode == FAIL) return SLUICE_INTERNAL;
          if (mode == NOT_FOUND) return SLUICE_NOT_FOUND;
          return call->request->kind == SLUICE_KIND_PRICE ? price(control, call, mode)
                                                          : recommend(control, call, mode);
        }
        static int32_t execute(void *model, void *binding, sluice_call *const *calls, uint32_t count) {
          (void)binding;
          for (uint32_t i = 0; i < count; i++) calls[i]->status = execute_one(model, calls[i]);
          return SLUICE_OK;
        }
        static void unbind(void *model, void *binding) { (void)model; (void)binding; }
        static void unload(void *model) { (void)model; }

        static const sluice_handler handler = {
          .struct_size = sizeof handler, .load = load, .bind = bind, .execute = execute,
          .unbind = unbind, .unload = unload};

        static int32_t add(sluice_registrar *registrar, uint32_t kind, const char *name) {
          sluice_registration registration = {
            .struct_size = sizeof registration, .kind = kind,
            .name = {(const uint8_t *)name, strlen(name)}, .execution = SLUICE_EXECUTION_INLINE,
            .threading = SLUICE_THREADING_REENTRANT, .handler = &handler};
          return registrar->add_handler(registrar, &registration);
        }
        int32_t sluice_plugin_register(const sluice_host *host, sluice_registrar *registrar) {
          (void)host;
          int32_t status = add(registrar, SLUICE_KIND_PRICE, "price");
          return status ? status : add(registrar, SLUICE_KIND_RECOMMEND, "recommend");
        }
        """#
}
