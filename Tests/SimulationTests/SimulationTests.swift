// SPDX-License-Identifier: Apache-2.0
import Simulation
import Testing

struct SimulationTests {
    @Test func aSeedDecidesItsRun() throws {
        let stage = try Stage()
        let first = try Simulation.run(seed: 7, on: stage)
        let second = try Simulation.run(seed: 7, on: stage)
        #expect(first.traceHash == second.traceHash)
    }
}
