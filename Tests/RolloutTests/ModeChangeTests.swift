import Core
import Policy
import Rollout
import Testing

@Suite struct ModeChangeTests {
    /// Remembers what was written, and may refuse.
    actor Fake: NamespaceWriter {
        struct Refusal: Error {}

        private(set) var written: [(namespace: String, patch: JSONValue)] = []
        private let refusing: String?

        init(refusing: String? = nil) { self.refusing = refusing }

        func patch(_ namespace: String, merge: JSONValue) async throws {
            if namespace == refusing { throw Refusal() }
            written.append((namespace, merge))
        }
    }

    private static func readiness() throws -> Readiness {
        try Events.readiness(
            Events.clean() + Events.clean("checkout") + [Event(2, .deny) { $0.namespace = "checkout" }])
    }

    @Test func whatIsReadyIsEnforced() async throws {
        let steps = ModeChanger.enforce(["payments"], try Self.readiness(), override: nil)
        let fake = Fake()
        #expect(try await ModeChanger.apply(steps, by: fake) == 1)
        let written = await fake.written
        #expect(written.map(\.namespace) == ["payments"])
        #expect(written.first?.patch["metadata"]?["labels"]?["mc.internal/mode"] == "Enforce")
    }

    @Test(arguments: ["checkout", "unknown"]) func whatIsNotReadyIsRefusedWithItsReasons(name: String) async throws {
        let steps = ModeChanger.enforce(["payments", name], try Self.readiness(), override: nil)
        guard case .refused(let refused, let reasons) = steps[1] else {
            Issue.record("\(name) is not ready")
            return
        }
        #expect(refused == name && (name == "unknown" || !reasons.isEmpty))
        // All of what was asked, or nothing.
        let fake = Fake()
        #expect(try await ModeChanger.apply(steps, by: fake) == 0)
        #expect(await fake.written.isEmpty)
    }

    @Test func anOverrideIsWrittenBesideTheLabel() async throws {
        let steps = ModeChanger.enforce(["checkout"], try Self.readiness(), override: "INC-1")
        guard case .change(let change) = steps[0] else {
            Issue.record("an override lets it through")
            return
        }
        #expect(change.patch["metadata"]?["annotations"]?["mc.internal/mode-reason"] == "override: INC-1")
        #expect(change.patch["metadata"]?["labels"]?["mc.internal/mode"] == "Enforce")
    }

    @Test(arguments: [nil, "INC-1"]) func theReasonIsKeptWhereNothingIsOverridden(reason: String?) throws {
        let steps = ModeChanger.enforce(["payments"], try Self.readiness(), override: reason)
        guard case .change(let change) = steps[0] else {
            Issue.record("payments is ready")
            return
        }
        let written = try #require(change.patch["metadata"]?["annotations"]?["mc.internal/mode-reason"])
        #expect(written == reason.map { .string($0) } ?? .null)
    }

    @Test func theWayBackTakesTheLabelOff() async throws {
        let fake = Fake()
        let steps = ModeChanger.relax(["payments", "unknown"])
        #expect(try await ModeChanger.apply(steps, by: fake) == 2)
        for (_, patch) in await fake.written {
            // RFC 7396: null removes.
            #expect(
                String(decoding: patch.canonical, as: UTF8.self)
                    == #"{"metadata":{"annotations":{"mc.internal/mode-reason":null},"labels":{"mc.internal/mode":null}}}"#
            )
        }
    }

    @Test func whatTheClusterRefusesIsThrown() async throws {
        let fake = Fake(refusing: "b")
        let error = try #require(
            await #expect(throws: ModeChangeError.self) {
                try await ModeChanger.apply(ModeChanger.relax(["a", "b", "c"]), by: fake)
            })
        #expect(await fake.written.map(\.namespace) == ["a"])
        #expect(error.namespace == "b" && error.changed == ["a"] && "\(error)".contains("left so: a"))
        // The first one to fail leaves nothing behind.
        let first = try #require(
            await #expect(throws: ModeChangeError.self) {
                try await ModeChanger.apply(ModeChanger.relax(["b", "c"]), by: fake)
            })
        #expect(first.changed.isEmpty && "\(first)".contains("nothing was changed"))
    }

    @Test func theCommandIsOneThatKubectlTakes() {
        #expect(
            ModeChange("payments", .enforce).command == [
                "kubectl", "patch", "namespace", "payments", "--type", "merge", "--patch",
                #"{"metadata":{"annotations":{"mc.internal/mode-reason":null},"labels":{"mc.internal/mode":"Enforce"}}}"#,
            ])
    }
}
