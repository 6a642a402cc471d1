// SPDX-License-Identifier: Apache-2.0
import Testing
import TreeEnsembles

/// The folder's description leads to the model's file and its columns.
struct MLflowFolderTests {
    private let text = """
        artifact_path: model
        flavors:
          python_function:
            data: model.xgb
            env:
              conda: conda.yaml
            loader_module: mlflow.xgboost
          xgboost:
            code: null
            data: model.ubj
            model_class: xgboost.core.Booster
        mlflow_version: 2.9.2
        signature:
          inputs: '[{"type": "double", "name": "price", "required": true}, {"type": "double",
            "name": "it''s here"}]'
          outputs: '[{"type": "tensor"}]'
        """

    @Test func findsFileAndColumns() throws {
        let folder = try MLflowFolder(mlmodel: Array(text.utf8))
        #expect(folder.flavor == "xgboost")
        #expect(folder.modelFile == "model.ubj")
        #expect(folder.columnNames == ["price", "it's here"])
    }

    @Test func refusesWhatIsElsewhere() {
        for file in ["/etc/passwd", "../model.ubj"] {
            let other = text.replacing("model.ubj", with: file)
            #expect(throws: ModelError.self) { try MLflowFolder(mlmodel: Array(other.utf8)) }
        }
        #expect(throws: ModelError.self) {
            try MLflowFolder(mlmodel: Array("flavors:\n  sklearn:\n    data: a".utf8))
        }
    }
}
