package import Core

/// A part of something recorded that could not be taken over.
package struct LineageTrouble: Sendable, Hashable {
    /// The digest of the source: a bill of materials, or the attestation that carries it.
    package let source: String
    /// Where it was read from.
    package let origin: String
    /// Where in it.
    package let place: String
    package let reason: String

    package init(source: String, origin: String, place: String, reason: String) {
        self.source = source
        self.origin = origin
        self.place = place
        self.reason = reason
    }
}

/// What is not in order in a store.
package struct DoctorAnswer: LineageAnswer {
    private let troubles: [LineageTrouble]

    package init(_ troubles: [LineageTrouble]) { self.troubles = troubles }

    private var outline: Outline {
        Outline(
            title: troubles.isEmpty ? "Everything that was recorded was taken over" : "Not everything was taken over",
            sections: [
                .init(
                    title: "Set aside",
                    items: troubles.map { .init("", "\($0.origin), \($0.place): \($0.reason)") })
            ])
    }

    package var text: String { outline.text }
    package var markdown: String { outline.markdown }

    package var json: JSONValue {
        [
            "schema": "https://mc.internal/schemas/lineage-troubles.v1.json",
            "troubles": .array(
                troubles.map {
                    [
                        "source": .text($0.source), "origin": .text($0.origin), "place": .text($0.place),
                        "reason": .text($0.reason),
                    ]
                }),
        ]
    }
}
