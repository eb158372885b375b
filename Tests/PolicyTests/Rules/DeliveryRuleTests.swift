import Attestation
import Core
import Testing

@testable import Policy

@Suite struct DeliveryRuleTests {
    private static let type = DeliveryClaims.predicateType
    private static let waiver = Scene.waiver("hermetic-required", id: "W-9")
    private static let wanted = "an active waiver W-9 with digest \(waiver.digest)"

    private static func rest(_ scene: inout Scene, on entry: WaiverBook.Entry = waiver, known: Bool = true) throws {
        scene.replace(type, by: try Scene.claims(waivers: [entry]))
        if known { scene.waivers = [entry] }
    }

    static let cases: [RuleCase] = [
        .holds(DeliveryRules.missing, "a bound signer's claims"),
        .breaks(
            DeliveryRules.missing, "there are none", observed: "no delivery claims among 2 pieces of evidence",
            expected: "https://mc.internal/delivery-claims/v28.1 by a bound signer"
        ) { $0.replace(type) },
        .breaks(DeliveryRules.missing, "a stranger's") { $0.replace(type, by: try Scene.claims(by: .stranger)) },
        .breaks(DeliveryRules.missing, "a waiver", .waived) {
            $0.replace(type)
            $0.waive(DeliveryRules.missing.id)
        },
        .holds(DeliveryRules.invalid, "no unknown field"),
        .holds(DeliveryRules.invalid, "an unknown field in a lenient environment") {
            $0.replace(type, by: try Scene.claims(unknown: "trust_me"))
            $0.environments[0].entries[0].environment = "canary"
            $0.environments[0].lenient = ["canary"]
            $0.policy.bindings[0].environments = ["canary"]
            $0.facts.environmentLabels = []
            $0.requirements.verificationSummary = nil
        },
        .breaks(
            DeliveryRules.invalid, "an unknown field", observed: "predicate.trust_me: unknown field, ignored",
            expected: "no unknown field in environment prod"
        ) { $0.replace(type, by: try Scene.claims(unknown: "trust_me")) },
        .breaks(DeliveryRules.invalid, "production is never lenient") {
            $0.replace(type, by: try Scene.claims(unknown: "trust_me"))
            $0.environments[0].lenient = ["prod"]
        },
        .holds(DeliveryRules.version, "a version in the range"),
        .breaks(
            DeliveryRules.version, "a version below the range", observed: "bundle_version v27.9.0", expected: ">= v28.0"
        ) { $0.replace(type, by: try Scene.claims(version: "v27.9")) },
        .holds(DeliveryRules.hermetic, "it claims to be hermetic"),
        .breaks(
            DeliveryRules.hermetic, "it claims not to be", observed: "hermetic: false", expected: "hermetic: true"
        ) { $0.replace(type, by: try Scene.claims(hermetic: false)) },
        .breaks(DeliveryRules.hermetic, "it claims nothing", observed: "no claim of hermeticity") {
            $0.replace(type, by: try Scene.claims(hermetic: nil))
        },
        .breaks(DeliveryRules.hermetic, "a waiver", .waived) {
            $0.replace(type, by: try Scene.claims(hermetic: false))
            $0.waive(DeliveryRules.hermetic.id)
        },
        .holds(DeliveryRules.waiver, "the waiver is active") { try rest(&$0) },
        .breaks(
            DeliveryRules.waiver, "nobody knows the waiver", observed: "waiver W-9 is not known by that digest",
            expected: wanted
        ) { try rest(&$0, known: false) },
        .breaks(DeliveryRules.waiver, "the waiver of that id is another document") {
            try rest(&$0)
            $0.waivers = [WaiverBook.Entry(waiver: waiver.waiver, digest: Digest.of([1]))]
        },
        .breaks(
            DeliveryRules.waiver, "the waiver is for another image",
            observed: "waiver W-9 is for another image, \(Scene.arm)", expected: wanted
        ) { try rest(&$0, on: Scene.waiver("hermetic-required", id: "W-9", image: Scene.arm)) },
        .breaks(
            DeliveryRules.waiver, "the waiver has just expired",
            observed: "waiver W-9 does not count: expired at 2026-09-21T14:13:20Z"
        ) { try rest(&$0, on: Scene.waiver("hermetic-required", id: "W-9", expires: Scene.now)) },
        .holds(DeliveryRules.waiver, "the waiver expires in a second") {
            try rest(&$0, on: Scene.waiver("hermetic-required", id: "W-9", expires: Scene.now + .seconds(1)))
        },
        .breaks(
            DeliveryRules.waiver, "the waiver was revoked",
            observed: "waiver W-9 does not count: revoked at 2026-09-21T14:12:20Z"
        ) {
            try rest(&$0)
            $0.revoke("W-9")
        },
        .breaks(DeliveryRules.waiver, "nobody knows what was revoked") {
            try rest(&$0)
            $0.revocations = nil
        },
        .holds(DeliveryRules.expired, "the claims are young enough"),
        .breaks(
            DeliveryRules.expired, "the claims are too old",
            observed: "signed at 2026-09-19T14:13:21Z, too old since 2026-09-20T14:13:21Z", expected: "at most 1d old"
        ) { $0.requirements.deliveryClaims?.maxAge = .seconds(86_400) },
    ]

    @Test(arguments: cases) func delivery(_ example: RuleCase) throws { try example.check() }
}
