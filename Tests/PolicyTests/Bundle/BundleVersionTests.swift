import Core
import Testing

@testable import Policy

/// Versions only go up, unless a signed rollback says otherwise.
@Suite("Bundle versions") struct BundleVersionTests {
    typealias Files = [String: [UInt8]]

    private static func memory(_ files: [Files]) throws -> VersionMemory {
        try files.reduce(VersionMemory()) { memory, files in
            memory.remembering(try BundleCourt.load(files, memory: memory))
        }
    }

    private static func version(_ text: String) throws -> SemanticVersion { try #require(SemanticVersion(text)) }

    private static func order(
        to files: Files, from: String = "28.2.0", to target: String = "28.1.0",
        by keys: [PrivateKey] = [BundleCourt.policyKey], _ change: (inout RollbackOrder) -> Void = { _ in }
    ) throws -> Files {
        var order = RollbackOrder(
            bundle: "payments", from: try version(from), to: try version(target),
            digest: .of(files[BundleSource.manifest] ?? []), expires: BundleCourt.now + .seconds(60),
            reason: "28.2 denies")
        change(&order)
        var files = files
        files[BundleSource.rollback] = try SignedDocument(
            payload: order.payload, type: RollbackOrder.payloadType, signers: keys
        ).bytes
        return files
    }

    private static let old = Result { try BundleCourt.signed() }
    private static let new = Result { try BundleCourt.signed(BundleCourt.files(version: "28.2.0")) }

    @Test func higherAndSameVersionLoad() throws {
        let memory = try Self.memory([Self.old.get()])
        #expect(try BundleCourt.refusal(Self.old.get(), memory: memory) == nil)
        #expect(try BundleCourt.refusal(Self.new.get(), memory: memory) == nil)
    }

    @Test func lowerVersionIsRefused() throws {
        let memory = try Self.memory([Self.old.get(), Self.new.get()])
        let error = try BundleCourt.refusal(Self.old.get(), memory: memory)
        #expect(error?.code == .versionLower && error?.field == "spec.version")
        #expect(error?.message.contains("28.2.0") == true)
    }

    @Test func preReleaseIsLowerThanItsRelease() throws {
        let memory = try Self.memory([Self.old.get()])
        let candidate = try BundleCourt.signed(BundleCourt.files(version: "28.1.0-rc.1"))
        #expect(try BundleCourt.refusal(candidate, memory: memory)?.code == .versionLower)
    }

    @Test func sameVersionWithOtherContentIsRefused() throws {
        let memory = try Self.memory([Self.old.get()])
        let other = try BundleCourt.signed(BundleCourt.files(mode: "Audit"))
        #expect(try BundleCourt.refusal(other, memory: memory)?.code == .versionReused)
    }

    @Test func otherBundlesVersionsDoNotMatter() throws {
        let memory = try Self.memory([BundleCourt.signed(BundleCourt.files(version: "99.0.0", name: "shop"))])
        #expect(try BundleCourt.refusal(Self.old.get(), memory: memory) == nil)
    }

    @Test func signatureComesBeforeVersionAndVersionBeforeExpiry() throws {
        let memory = try Self.memory([Self.old.get(), Self.new.get()])
        let late = BundleCourt.now + .seconds(86_400 * 400)
        var forged = try Self.old.get()
        forged[BundleSource.signature] = try BundleCourt.signed(by: [BundleCourt.stranger])[BundleSource.signature]
        #expect(try BundleCourt.refusal(forged, memory: memory, at: late)?.code == .signatureInvalid)
        #expect(try BundleCourt.refusal(Self.old.get(), memory: memory, at: late)?.code == .versionLower)
        #expect(try BundleCourt.refusal(Self.new.get(), memory: memory, at: late)?.code == .expired)
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// The field that does not hold; `nil` when the rollback permits the bundle.
        let field: String?
        let files: @Sendable () throws -> Files
    }

    static let orders: [Row] = [
        Row(testDescription: "holds", field: nil) { try order(to: old.get()) },
        Row(testDescription: "of another bundle", field: "bundle") { try order(to: old.get()) { $0.bundle = "shop" } },
        Row(testDescription: "expired", field: "expires") { try order(to: old.get()) { $0.expires = BundleCourt.now } },
        Row(testDescription: "a second before it expires", field: nil) {
            try order(to: old.get()) { $0.expires = BundleCourt.now + .seconds(1) }
        },
        Row(testDescription: "from another version", field: "from") { try order(to: old.get(), from: "28.3.0") },
        Row(testDescription: "to another version", field: "to") { try order(to: old.get(), to: "28.0.0") },
        Row(testDescription: "to other content", field: "to") { try order(to: old.get()) { $0.digest = .of([1]) } },
        Row(testDescription: "signed by a stranger", field: "signatures") {
            try order(to: old.get(), by: [BundleCourt.stranger])
        },
        Row(testDescription: "signed as a manifest", field: "payloadType") {
            var files = try old.get()
            files[BundleSource.rollback] = files[BundleSource.signature]
            return files
        },
        Row(testDescription: "no JSON", field: "line 1, column 1") {
            var files = try old.get()
            files[BundleSource.rollback] = [0x21]
            return files
        },
    ]

    @Test(arguments: orders)
    func rollbackPermitsExactlyWhatItNames(_ row: Row) throws {
        let memory = try Self.memory([Self.old.get(), Self.new.get()])
        let error = try BundleCourt.refusal(row.files(), memory: memory)
        #expect(error?.field == row.field, "\(error.map(String.init(describing:)) ?? "loaded")")
        #expect(error == nil || error?.code == .rollbackInvalid)
    }

    @Test func noRollbackPermitsAVersionToBeReused() throws {
        let memory = try Self.memory([Self.old.get()])
        let other = try BundleCourt.signed(BundleCourt.files(mode: "Audit"))
        for files in [other, try Self.order(to: other, from: "28.1.0")] {
            let error = try BundleCourt.refusal(files, memory: memory)
            #expect(error?.code == .versionReused && error?.message.contains("raise spec.version") == true)
            #expect(error?.message.contains("rollback") == false)
        }
    }

    @Test(arguments: [
        ("holds", "28.2.0", 1, "bad", nil), ("from itself", "28.1.0", 1, "bad", "from"),
        ("from a lower one", "28.0.9", 1, "bad", "from"), ("expired", "28.2.0", 0, "bad", "expires"),
        ("no reason", "28.2.0", 1, " ", "reason"),
        ("a reason too long to read", "28.2.0", 1, String(repeating: "x", count: 2_001), "reason"),
    ])
    func onlyRollbacksThatCouldPermitSomethingAreSigned(
        name: String, from: String, seconds: Int, reason: String, field: String?
    ) throws {
        let version = try #require(SemanticVersion(from))
        let source = try BundleSource(Self.old.get())
        func sign(_ source: BundleSource) throws(BundleError) -> RollbackOrder {
            try BundleBuilder.rollback(
                to: source, from: version, expires: BundleCourt.now + .seconds(seconds), reason: reason,
                signers: [BundleCourt.policyKey], now: BundleCourt.now
            ).order
        }
        do {
            #expect(try sign(source).from == version)
            #expect(field == nil, "it was signed")
        } catch {
            #expect(error.code == .rollbackInvalid && error.field == field, "\(error)")
        }
        var files = source.files
        files["more.yaml"] = Array("a: 1\n".utf8)
        let changed = try BundleSource(files)
        #expect(throws: BundleError.self) { try sign(changed) }
        let unbuilt = try BundleSource(BundleCourt.files())
        #expect(throws: BundleError.self) { try sign(unbuilt) }
    }

    @Test func anUnreadableRollbackDoesNotDisturbAHigherVersion() throws {
        var files = try Self.new.get()
        files[BundleSource.rollback] = [0x21]
        #expect(try BundleCourt.refusal(files, memory: Self.memory([Self.old.get()])) == nil)
    }

    @Test func afterARollbackTheVersionTakenBackDoesNotReturn() throws {
        let before = try Self.memory([Self.old.get(), Self.new.get()])
        let back = try BundleCourt.load(Self.order(to: Self.old.get()), memory: before)
        let after = before.remembering(back)
        // What it went back to needs the rollback no longer, not even after that has expired.
        #expect(try BundleCourt.refusal(Self.old.get(), memory: after, at: BundleCourt.now + .seconds(120)) == nil)
        #expect(try BundleCourt.refusal(Self.new.get(), memory: after)?.code == .versionLower)
        let between = try BundleCourt.signed(BundleCourt.files(version: "28.1.5"))
        #expect(try BundleCourt.refusal(between, memory: after)?.code == .versionLower)
        // A higher version ends it, and the rollback is of no use any more.
        let higher = try BundleCourt.load(BundleCourt.signed(BundleCourt.files(version: "28.3.0")), memory: after)
        let last = after.remembering(higher)
        #expect(last.entry("payments")?.rolledBackTo == nil)
        #expect(try BundleCourt.refusal(Self.order(to: Self.old.get()), memory: last)?.code == .rollbackInvalid)
    }

    @Test func ownRollbackRoleReplacesThePolicyRole() throws {
        let trust = BundleCourt.roles([
            .init(name: "policy", keys: [BundleCourt.policyKey.publicKey]),
            .init(name: "rollback", keys: [BundleCourt.secondKey.publicKey]),
        ])
        let memory = try Self.memory([Self.old.get(), Self.new.get()])
        #expect(try BundleCourt.refusal(Self.order(to: Self.old.get()), trust: trust, memory: memory) != nil)
        let right = try Self.order(to: Self.old.get(), by: [BundleCourt.secondKey])
        #expect(try BundleCourt.refusal(right, trust: trust, memory: memory) == nil)
    }

    @Test func memoryIsWrittenAndReadAlike() throws {
        let before = try Self.memory([Self.old.get(), Self.new.get()])
        let after = before.remembering(try BundleCourt.load(Self.order(to: Self.old.get()), memory: before))
        for memory in [VersionMemory(), before, after] {
            #expect(try VersionMemory(parsing: Array(memory.json.pretty.utf8)) == memory)
        }
        for text in ["{}", "[]", #"{"schema":"mc.internal/version-memory/v1","bundles":[{"name":"a"}]}"#] {
            #expect(throws: JSONError.self) { try VersionMemory(parsing: Array(text.utf8)) }
        }
    }

    @Test func unsignedBundlesAreNotRemembered() throws {
        let bundle = try BundleCourt.load(BundleCourt.files(), trust: nil, allowUnsigned: true)
        #expect(VersionMemory().remembering(bundle) == VersionMemory())
    }
}
