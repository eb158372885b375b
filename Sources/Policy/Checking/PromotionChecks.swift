internal import Core

/// Environments that wait for each other, so that nothing could ever run in any of them.
enum PromotionChecks {
    /// Into an environment only what ran in another one before.
    private struct Edge {
        let environment: String
        let source: String
        let policy: Int
    }

    static func check(_ documents: CheckedDocuments, _ problems: inout ProblemCollector) {
        var edges: [String: [Edge]] = [:]
        for (index, policy) in documents.policies.enumerated() {
            guard let source = policy.value.requirements.promotedFrom?.environment else { continue }
            // A demand does not apply in the environment it names, so it waits for itself nowhere.
            for environment in Set(policy.value.bindings.flatMap(\.environments)) where environment != source {
                edges[environment, default: []].append(Edge(environment: environment, source: source, policy: index))
            }
        }
        for (index, policy) in documents.policies.enumerated() {
            guard let source = policy.value.requirements.promotedFrom?.environment else { continue }
            let starts = Set(policy.value.bindings.flatMap(\.environments)).subtracting([source]).sorted()
            // Policies of other images do not wait for each other.
            var sharing: [Int: Bool] = [:]
            for start in starts {
                guard
                    let cycle = path(
                        from: source, to: start, edges,
                        where: { edge in
                            if let known = sharing[edge.policy] { return known }
                            let shares = problems.overlap(
                                policy.value.images, documents.policies[edge.policy].value.images)
                            sharing[edge.policy] = shares
                            return shares
                        })
                else { continue }
                problems.report(
                    .promotionCycle,
                    "nothing could ever run: \(([start] + cycle).joined(separator: " waits for "))",
                    at: ["spec", "require", "promotedFrom", "environment"], in: documents.policies[index].document)
                break
            }
        }
    }

    /// The environments on a way along the edges, both ends included.
    private static func path(
        from start: String, to goal: String, _ edges: [String: [Edge]], where isUsed: (Edge) -> Bool
    ) -> [String]? {
        var before: [String: String] = [:]
        var next = [start]
        var seen: Set = [start]
        while let environment = next.popLast() {
            if environment == goal {
                var path = [goal]
                while let last = path.last, let previous = before[last] { path.append(previous) }
                return path.reversed()
            }
            for edge in edges[environment] ?? [] where !seen.contains(edge.source) && isUsed(edge) {
                seen.insert(edge.source)
                before[edge.source] = environment
                next.append(edge.source)
            }
        }
        return nil
    }
}
