import Core
import Testing
import YAML

@testable import Policy

/// Waivers as people write them.
@Suite("Waiver document") struct WaiverDocumentTests {
    private static let text = """
        apiVersion: mc.internal/v1
        kind: Waiver
        metadata: {name: W-2026-014}
        spec:
          rule: hermetic-required
          scope:
            namespace: payments
            image: "sha256:a0cfc71271d6e278e57cd332ff957c3f7043fdda354c4cbb190a30d56efa01bf"
          class: emergency
          owner: team-payments
          approvedBy: team-security
          reason: the mirror is down, see INC-4711
          notBefore: 2026-01-20T10:00:00Z
          expires: 2026-01-20T12:30:00+01:00

        """

    @Test func writtenReadAndSignedIsTheSame() throws {
        let waiver = try WaiverDocument.read(yaml: Array(Self.text.utf8), file: "w.yaml")
        #expect(waiver.approvers == ["team-security"])
        #expect(waiver.expires == Instant(rfc3339: "2026-01-20T11:30:00Z"))
        #expect(try WaiverDocument.read(verified: WaiverDocument.payload(waiver), file: "w") == waiver)
        let written = YAMLWriter.text(WaiverDocument.json(waiver))
        #expect(try WaiverDocument.read(yaml: Array(written.utf8), file: "w.yaml") == waiver)
    }

    @Test(arguments: [
        ("    namespace: payments", "    namespace: \"*\"", "w.yaml:7:16: spec.scope.namespace"),
        ("  approvedBy: team-security", "  approvedBy: Team-Payments", "w.yaml:11:15: spec.approvedBy"),
        ("  class: emergency", "  klass: emergency", "w.yaml:9:3: spec.klass"),
        ("  reason: the mirror is down, see INC-4711\n", "", "spec.reason"),
        ("expires: 2026-01-20T12:30:00+01:00", "expires: 2026-01-20", "w.yaml:14:12: spec.expires"),
        ("notBefore: 2026-01-20T10:00:00Z", "notBefore: 2026-01-20T10:00:00.5Z", "w.yaml:13:14: spec.notBefore"),
        ("  owner: team-payments", "  owner: 17", "w.yaml:10:10: spec.owner"),
        ("kind: Waiver", "kind: Waivers", "w.yaml:2:7: kind"),
    ])
    func refusedWithFileLineAndField(old: String, new: String, place: String) throws {
        let text = Self.text.replacing(old, with: new)
        #expect(text != Self.text)
        let error = #expect(throws: YAMLError.self) {
            try WaiverDocument.read(yaml: Array(text.utf8), file: "w.yaml")
        }
        #expect(error?.description.contains(place) == true, "\(error.map(String.init(describing:)) ?? "")")
    }
}
