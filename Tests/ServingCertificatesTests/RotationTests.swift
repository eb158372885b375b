import Core
import ServingCertificates
import TestSupport
import Testing

@Suite struct RotationTests {
    static let start = Instant(seconds: 1_767_225_600)
    static let names: [ServingName] = [.dns("mc-webhook.mc-system.svc"), .address([127, 0, 0, 1])]

    static func days(_ days: Int, seconds: Int = 0) -> Instant { start + .seconds(days * 86_400 + seconds) }

    static func bootstrap(seed: UInt64 = 1) throws -> CertificateSet {
        var random = SeededGenerator(seed: seed)
        return try CertificateSet.bootstrap(names, at: start, random: &random)
    }

    private static func rotate(
        _ set: inout CertificateSet, at now: Instant, names: [ServingName]? = nil
    ) throws -> [RotationStep] {
        var random = SeededGenerator(seed: UInt64(now.seconds))
        return try set.rotate(at: now, names: names, random: &random)
    }

    @Test func aFreshSetNeedsNothing() throws {
        var set = try Self.bootstrap()
        let files = set.files
        #expect(try Self.rotate(&set, at: Self.start).isEmpty)
        #expect(set.files == files)
        #expect(set.authorities.count == 1)
        #expect(set.serving.certificate.names == Self.names)
        #expect(set.serving.certificate.validity.end == Self.days(90))
        #expect(set.authorities[0].validity.end == Self.days(365))
        #expect(set.authorities[0].validity.start == Self.start - .seconds(300))
    }

    /// A third of 90 days and five minutes.
    @Test(arguments: [(-1, false), (0, true), (1, true)])
    func servingIsRenewedWhenAThirdIsLeft(seconds: Int, isRenewed: Bool) throws {
        var set = try Self.bootstrap()
        let renewal = set.serving.certificate.validity.renewal
        #expect(renewal == Self.days(60, seconds: -100))
        let steps = try Self.rotate(&set, at: renewal + .seconds(seconds))
        let end = renewal + .seconds(seconds) + .seconds(90 * 86_400)
        #expect(steps == (isRenewed ? [.renewedServing(until: end, reason: .dueForRenewal)] : []))
        #expect(try Self.rotate(&set, at: renewal + .seconds(seconds)).isEmpty)
    }

    @Test func otherNamesRenew() throws {
        var set = try Self.bootstrap()
        #expect(try Self.rotate(&set, at: Self.start, names: Array(Self.names.reversed())).isEmpty)
        let steps = try Self.rotate(&set, at: Self.start, names: [.dns("other.example")])
        #expect(steps == [.renewedServing(until: Self.days(90), reason: .otherNames)])
        #expect(set.serving.certificate.names == [.dns("other.example")])
    }

    /// A CA's whole succession: it is trusted first, issues a day later, and the old one goes when it has ended.
    @Test func aNewAuthorityIsTrustedBeforeItIssues() throws {
        var set = try Self.bootstrap()
        let first = set.authorities[0]
        for day in stride(from: 30, through: 240, by: 30) { _ = try Self.rotate(&set, at: Self.days(day)) }
        #expect(set.authorities == [first])
        // A third of 365 days and five minutes.
        #expect(first.validity.renewal == Self.days(243, seconds: 28_700))
        let renewal = first.validity.renewal
        let steps = try Self.rotate(&set, at: renewal)
        let second = try #require(set.authorities.last)
        #expect(
            steps == [
                .addedAuthority(fingerprint: second.fingerprint, issuesFrom: renewal + .seconds(86_400))
            ])
        #expect(set.authorities == [first, second])
        #expect(try Self.rotate(&set, at: renewal + .seconds(86_399)).isEmpty)
        let taken = try Self.rotate(&set, at: renewal + .seconds(86_400))
        #expect(taken == [.renewedServing(until: renewal + .seconds(91 * 86_400), reason: .newAuthority)])
        #expect(set.authorities == [first, second])
        // The first one's key has gone, and the set can still be read.
        #expect(try PEM.decode(String(decoding: set.files[CertificateSet.keysFile] ?? [], as: UTF8.self)).count == 1)
        #expect(try CertificateSet(files: set.files).authorities == [first, second])
        _ = try Self.rotate(&set, at: first.validity.end)
        #expect(set.authorities == [first, second])
        let removed = try Self.rotate(&set, at: first.validity.end + .seconds(1))
        #expect(removed.contains(.removedAuthority(fingerprint: first.fingerprint)))
        #expect(set.authorities == [second])
    }

    @Test func whatHasAllExpiredIsMadeAnew() throws {
        var set = try Self.bootstrap()
        let old = set.authorities[0]
        let steps = try Self.rotate(&set, at: Self.days(400))
        let new = try #require(set.authorities.first)
        #expect(
            steps == [
                .removedAuthority(fingerprint: old.fingerprint),
                .addedAuthority(fingerprint: new.fingerprint, issuesFrom: Self.days(400)),
                .renewedServing(until: Self.days(490), reason: .expired),
            ])
    }

    @Test func filesAreReadAsTheSame() throws {
        let set = try Self.bootstrap()
        let again = try CertificateSet(files: set.files)
        #expect(again.files == set.files)
        #expect(Set(set.files.keys) == Set(CertificateSet.fileNames))
    }

    /// Each file replaced by another set's, or by nothing.
    @Test(arguments: CertificateSet.fileNames, [true, false])
    func filesMustFitTogether(name: String, isForeign: Bool) throws {
        var files = try Self.bootstrap().files
        files[name] = isForeign ? try Self.bootstrap(seed: 2).files[name] : nil
        #expect(throws: CertificateError.self) { try CertificateSet(files: files) }
    }

    @Test(arguments: ["", "x", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
    func brokenFilesAreRefused(text: String) throws {
        var files = try Self.bootstrap().files
        files[CertificateSet.certificateFile] = Array(text.utf8)
        #expect(throws: CertificateError.self) { try CertificateSet(files: files) }
    }

    @Test func aServersCertificateIsNoAuthority() throws {
        var files = try Self.bootstrap().files
        files[CertificateSet.bundleFile] = files[CertificateSet.certificateFile]
        #expect(throws: CertificateError.self) { try CertificateSet(files: files) }
    }

    @Test func livesMustFitTogether() {
        var random = SeededGenerator(seed: 1)
        for terms in [
            CertificateTerms(authorityLife: .seconds(86_400)), CertificateTerms(servingLife: .seconds(599)),
            CertificateTerms(authorityLife: .seconds(4_000 * 86_400)),
        ] {
            #expect(throws: CertificateError.self) {
                try CertificateSet.bootstrap(Self.names, at: Self.start, terms: terms, random: &random)
            }
        }
        #expect(throws: CertificateError.self) { try CertificateSet.bootstrap([], at: Self.start, random: &random) }
    }

    @Test func noClientOutlivesItsAuthority() throws {
        let set = try Self.bootstrap()
        var random = SeededGenerator(seed: 3)
        let client = try set.client("kube-apiserver", at: Self.days(100), random: &random)
        #expect(client.certificate.validity.end == set.authorities[0].validity.end)
        #expect(throws: CertificateError.self) {
            try set.client("kube-apiserver", at: Self.days(366), random: &random)
        }
    }
}
