package import Core
package import Lineage

/// Something that is tried against the real engine, to see whether it holds.
package protocol Exercise: Sendable {
    /// The name by which it is run, such as `binary-outcome`.
    var name: String { get }
    /// What it tries, in one sentence.
    var summary: String { get }
    /// What is proven when it passes.
    var claim: String { get }

    /// Runs it; a step that does not hold is part of the report, not an error.
    ///
    /// - Throws: when the drill itself cannot be set up.
    func run(_ context: DrillContext) async throws -> DrillReport
}

/// What a drill has to work with.
package struct DrillContext: Sendable {
    package let now: Instant
    /// Where decisions and evidence are recorded.
    package let store: any LineageStore

    package init(now: Instant, store: any LineageStore) {
        self.now = now
        self.store = store
    }
}

/// The drills that can be run, by name.
package enum DrillRegistry {
    package static let all: [any Exercise] = [BinaryOutcomeDrill(), ServedOutcomeDrill()]

    package static func drill(_ name: String) -> (any Exercise)? { all.first { $0.name.isSame(as: name) } }
}
