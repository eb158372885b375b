import Core
import Testing

@_spi(Fuzzing) @testable import Kubernetes

/// The fuzz target's properties hold for documents whose meaning is known, cut at every tenth byte.
struct FuzzTargetsTests {
    @Test(arguments: [
        Fixtures.review(Fixtures.deployment()),
        Fixtures.review(Fixtures.pod(), old: Fixtures.pod(), operation: "UPDATE", resource: "pods"),
        Fixtures.review(.null, old: Fixtures.pod(), operation: "DELETE", resource: "pods"),
        Fixtures.with(ReviewTests.good, "request.kind", nil),
    ])
    func propertiesHold(_ document: JSONValue) {
        let bytes = document.canonical
        #expect(FuzzTargets.review(bytes) == nil)
        for end in stride(from: 0, to: bytes.count, by: 10) {
            #expect(FuzzTargets.review(Array(bytes[..<end])) == nil)
        }
    }
}
