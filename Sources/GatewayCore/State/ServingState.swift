// SPDX-License-Identifier: Apache-2.0
import CSluice
import FeatureSnapshots
import Traffic

/// Everything a request needs to be decided: one snapshot, the models bound to it, the routes.
///
/// Immutable. Each event loop holds the current one and each pending call the one it began with; the
/// last reference released unbinds the models and unmaps the snapshot (decision 0003).
package final class ServingState: Sendable {
    /// What everything is read from.
    package let snapshot: FeatureSnapshot
    /// The snapshot's identifier, as replies name it.
    package let snapshotID: StableBytes
    /// In the order of their names.
    package let models: [ServedModel]
    /// Where the series of this state are counted; kept alive with it.
    package let catalog: MetricCatalog
    /// Nil answers `/v1/prices` with 404.
    package let prices: PriceRoute?
    /// Nil answers `/v1/recommendations` with 404.
    package let recommendations: RecommendationRoute?
    /// Counts what is no request for a decision: unknown paths, the model API, refused bytes.
    package let otherSeries: RouteSeries
    /// Which pages may read replies.
    package let crossOrigin: CrossOriginPolicy
    /// How much each worker remembers.
    package let memory: MemorySettings
    /// Checks who may name the version that answers; nil lets nobody.
    let forcedVersions: ForcedVersions?
    /// The snapshot's products.
    package let products: ProductTable
    /// The kinds of the snapshot's customers.
    package let customers: CustomerKinds
    /// The snapshot's popular products.
    package let popular: PopularList
    /// Minor-unit digits of the snapshot's currency.
    package let currencyDigits: Int
    /// ISO 4217 code of every price.
    package let currency: StableBytes
    let productEntity: Int
    let customerEntity: Int?

    /// The versions of all models, by ordinal.
    package let versions: [ServedVersion]

    /// Number of versions of all models.
    package var versionCount: Int { versions.count }

    /// Resolves what the routes read from the snapshot.
    ///
    /// - Throws: `ProductTable.MissingColumn` when the snapshot cannot serve the routes.
    package init(
        snapshot: FeatureSnapshot,
        models: [ServedModel],
        catalog: MetricCatalog,
        prices: PriceRoute?,
        recommendations: RecommendationRoute?,
        otherSeries: RouteSeries,
        crossOrigin: CrossOriginPolicy,
        memory: MemorySettings,
        forcedVersions: ForcedVersions? = nil
    ) throws(ProductTable.MissingColumn) {
        guard let productEntity = snapshot.entity(named: "product") else {
            throw ProductTable.MissingColumn(name: "product")
        }
        let entities = snapshot.view
        self.snapshot = snapshot
        snapshotID = StableBytes(snapshot.id)
        self.models = models
        versions = models.flatMap(\.versions).sorted { $0.ordinal < $1.ordinal }
        self.catalog = catalog
        self.prices = prices
        self.recommendations = recommendations
        self.otherSeries = otherSeries
        self.crossOrigin = crossOrigin
        self.memory = memory
        self.forcedVersions = forcedVersions
        self.productEntity = productEntity
        customerEntity = snapshot.entity(named: "customer")
        products = try ProductTable(entities.entity(at: productEntity))
        customers = CustomerKinds(customerEntity.map(entities.entity(at:)))
        popular = PopularList(of: snapshot, productCount: products.rowCount)
        currency = StableBytes(snapshot.schema.currency)
        currencyDigits = snapshot.schema.currencyDigits
    }

    /// The model with that name.
    func model(named name: UnsafeRawBufferPointer) -> ServedModel? {
        models.first { $0.name.bytes.isEqual(to: name) }
    }
}

/// How `/v1/prices` is answered.
package final class PriceRoute: Sendable {
    /// The model that answers.
    package let model: ServedModel
    /// The route's limit; the caller's headers may set a tighter one.
    package let budgetNanoseconds: UInt64
    /// Lines of the largest cart.
    package let linesMaximum: Int
    /// How long the caller may use the prices.
    package let expiresInSeconds: Int
    /// What every price is held against.
    package let guardBand: PriceGuard
    /// Counts the route's requests.
    package let series: RouteSeries

    /// Gathers the settings of the route.
    package init(
        model: ServedModel,
        budgetNanoseconds: UInt64,
        linesMaximum: Int,
        expiresInSeconds: Int,
        guardBand: PriceGuard,
        series: RouteSeries
    ) {
        self.model = model
        self.budgetNanoseconds = budgetNanoseconds
        self.linesMaximum = linesMaximum
        self.expiresInSeconds = expiresInSeconds
        self.guardBand = guardBand
        self.series = series
    }
}

/// How `/v1/recommendations` is answered.
package final class RecommendationRoute: Sendable {
    /// The model that answers.
    package let model: ServedModel
    /// The route's limit; the caller's headers may set a tighter one.
    package let budgetNanoseconds: UInt64
    /// Items answered unless the request says.
    package let limitDefault: Int
    /// Most items a request may ask for.
    package let limitMaximum: Int
    /// Counts the route's requests.
    package let series: RouteSeries

    /// Gathers the settings of the route.
    package init(
        model: ServedModel,
        budgetNanoseconds: UInt64,
        limitDefault: Int,
        limitMaximum: Int,
        series: RouteSeries
    ) {
        self.model = model
        self.budgetNanoseconds = budgetNanoseconds
        self.limitDefault = limitDefault
        self.limitMaximum = limitMaximum
        self.series = series
    }
}

extension UnsafePointer<sluice_snapshot> {
    /// The entity at an index below `entity_count`.
    func entity(at index: Int) -> UnsafePointer<sluice_entity> {
        let entities = UnsafeRawPointer(pointee.entities).unsafelyUnwrapped
        return (entities + index &* Int(pointee.entity_stride))
            .assumingMemoryBound(to: sluice_entity.self)
    }
}
