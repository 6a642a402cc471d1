// SPDX-License-Identifier: Apache-2.0
import Testing
import TreeEnsembles

/// What cannot be served exactly is refused by name, with the way out.
struct RefusalTests {
    private func refusal(of text: some Sequence<UInt8>) -> ModelError? {
        do {
            _ = try ModelReader().ensemble(of: Array(text))
            return nil
        } catch {
            return error
        }
    }

    private static let tree = """
        {"left_children": [-1], "right_children": [-1], "split_indices": [0],
         "split_conditions": [0.5], "default_left": [0]}
        """

    private func xgboost(
        booster: String = "gbtree",
        objective: String = "reg:squarederror",
        tree: String = tree,
        baseScore: String = "5E-1"
    ) -> String {
        """
        {"learner": {"gradient_booster": {"model": {"trees": [\(tree)], "tree_info": [0]},
         "name": "\(booster)"}, "learner_model_param": {"num_feature": "2", "num_class": "0",
         "base_score": "\(baseScore)"}, "objective": {"name": "\(objective)"}},
         "version": [3, 2, 0]}
        """
    }

    @Test func readsTheSmallestModel() {
        #expect(refusal(of: xgboost().utf8) == nil)
        #expect(refusal(of: xgboost(baseScore: "[5E-1]").utf8) == nil)
    }

    @Test func namesWhatIsUnsupported() {
        #expect(refusal(of: xgboost(booster: "gblinear").utf8)?.code == .unsupported)
        let objective = refusal(of: xgboost(objective: "reg:expectileerror").utf8)
        #expect(objective?.message.contains("reg:expectileerror") == true)
        #expect(objective?.place.description.hasPrefix("/learner/objective/name") == true)
        let vector = Self.tree.dropLast() + ", \"tree_param\": {\"size_leaf_vector\": \"3\"}}"
        #expect(refusal(of: xgboost(tree: String(vector)).utf8)?.advice?.isEmpty == false)
    }

    @Test func namesOtherFormats() {
        #expect(refusal(of: "binf\0\0\0".utf8)?.advice?.contains("model.ubj") == true)
        #expect(refusal(of: [0x80, 0x04, 0x95])?.message.contains("pickle") == true)
        #expect(refusal(of: "hello".utf8)?.place == .byte(0))
        #expect(refusal(of: [])?.code == .malformed)
    }

    @Test func saysWhereNumbersAreWrong() {
        let tree = Self.tree.replacing("0.5", with: "x")
        let place = refusal(of: xgboost(tree: tree).utf8)?.place.description ?? ""
        #expect(place.hasPrefix("/learner/gradient_booster/model/trees/0/split_conditions"))
        #expect(refusal(of: "tree\nversion=v4\nmax_feature_idx=x\n".utf8)?.place == .line(3))
    }

    @Test func boundsNesting() {
        let deep = String(repeating: "{\"learner\":", count: 100)
        #expect(refusal(of: deep.utf8) != nil)
        let trees =
            "{\"oblivious_trees\": [], \"trees\": ["
            + String(repeating: "{\"left\":", count: 100)
        #expect(refusal(of: trees.utf8)?.code == .tooLarge)
    }

    @Test func countsNoFurtherThanTheFileGoes() {
        let learner = Array("{L".utf8) + [0, 0, 0, 0, 0, 0, 0, 7] + Array("version[$U#L".utf8)
        let count = refusal(of: learner + [0x7F, 255, 255, 255, 255, 255, 255, 255])
        #expect(count?.message.contains("more than the file holds") == true)
    }

    @Test func refusesColumnsBeyondTheFeatures() {
        let tree = """
            {"left_children": [1, -1, -1], "right_children": [2, -1, -1],
             "split_indices": [4294967296, 0, 0], "split_conditions": [0.5, 1, 2],
             "default_left": [true, false, false]}
            """
        #expect(refusal(of: xgboost(tree: tree).utf8)?.place == .node(0, tree: 0))
    }
}
