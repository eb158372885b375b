import Attestation
import Core
import Foundation
import TestAuthority
import TestSupport
import Testing

/// What is written: JSON for programs, and text that cannot steer a terminal.
@Suite("Output") struct OutputTests {
    /// Erases the screen and says something else; C1 and bidirectional controls; a forged line.
    static let hostile = "\u{1B}[2Jverified\u{9B}1m\u{202E}\nverified  all\r\u{7}"

    private static func isPlain(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            if scalar == "\n" { return true }
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse: return false
            default: return true
            }
        }
    }

    /// Runs that print what strangers wrote: in evidence, in file names, in arguments.
    private static func hostileRuns() throws -> [(name: String, arguments: [String], status: Int32)] {
        let statement = try Sample.statement {
            let subject = Statement.Subject(name: hostile, digests: [SubjectDigest(.of(Sample.artifact))])
            $0.content = .statement(
                Statement(
                    subjects: [subject], predicateType: "https://example.com/\(hostile)",
                    predicate: [.init(stringLiteral: hostile)]))
        }
        var request = SigningRequest(.artifact(Sample.artifact), at: Sample.time)
        request.signer = .managedKey(hint: hostile)
        let key = try Sample(request)
        let bundle = try Sample()
        let mediaType = try bundle.folder.write(
            "media-type", bundle.minted.json.replacing(["mediaType"], with: .string(hostile)).canonical)
        let member = try bundle.folder.write(
            "member", JSONValue.object(JSONObject([.init(key: hostile, value: 1)])).canonical)
        let named = try bundle.folder.write("bundle\u{1B}[2J\u{202E}", "{}")
        return [
            ("predicate type", statement.arguments(), 0),
            ("refused predicate type", statement.arguments(["--predicate-type", "https://example.com/"]), 1),
            ("key hint", bundle.arguments(bundle: key.bundle), 1),
            ("media type", bundle.arguments(bundle: mediaType), 2),
            ("member name", bundle.arguments(bundle: member), 2),
            ("bundle name", bundle.arguments(bundle: named), 2),
            ("artifact name", bundle.arguments(artifact: "nothing\(hostile)"), 2),
            ("predicate asked for", statement.arguments(["--predicate-type", hostile]), 1),
            ("claim", statement.arguments(["--certificate-claim", "\(hostile)=1"]), 2),
            ("time", statement.arguments(["--at", hostile]), 2),
            (
                "regexp",
                [
                    "verify", "bundle", "--bundle", bundle.bundle, "--certificate-identity-regexp", "(\(hostile)",
                    "--certificate-oidc-issuer", "x", bundle.artifact,
                ], 2
            ),
            ("unknown option", ["verify", "bundle", "--\(hostile)"], 2),
            ("unknown command", [hostile], 2),
            ("image", ["verify", "image"] + statement.signer + ["nothing\(hostile)"], 2),
            ("folder", ["demo", "--directory", named], 2),
        ]
    }

    @Test func nothingHostileReachesTheTerminal() async throws {
        for item in try Self.hostileRuns() {
            for output in [[], ["-o", "json"]] where output.isEmpty || item.arguments.first == "verify" {
                let run = try await Tool.run(item.arguments + output)
                #expect(run.status == item.status, "\(item.name): \(run.all)")
                let terminal = run.all
                #expect(Self.isPlain(terminal), "\(item.name) \(output): \(terminal.debugDescription)")
                if output.isEmpty {
                    #expect(!terminal.split(separator: "\n").contains { $0.hasPrefix("verified  all") }, "\(item.name)")
                }
            }
        }
    }

    @Test func jsonKeepsWhatItEscapes() async throws {
        let sample = try Sample.statement {
            let subject = Statement.Subject(name: Self.hostile, digests: [SubjectDigest(.of(Sample.artifact))])
            $0.content = .statement(
                Statement(
                    subjects: [subject], predicateType: "https://example.com/x", predicate: ["name": "é 🚀 \u{10FFFF}"]))
        }
        let run = try await Tool.run(sample.arguments(["-o", "json"]))
        let statement = try JSONValue(parsing: Array(run.output.utf8))["statement"]
        #expect(statement?["subject"]?.array?.first?["name"]?.string?.utf8.elementsEqual(Self.hostile.utf8) == true)
        #expect(statement?["predicate"]?["name"] == "é 🚀 \u{10FFFF}")
    }

    @Test func refusalNamesStepObservedAndExpected() async throws {
        let sample = try Sample()
        let run = try await Tool.run(sample.arguments(artifact: Digest.of([1]).description, ["-o", "json"]))
        let json = try JSONValue(parsing: Array(run.output.utf8))
        #expect(json["verdict"] == "refused" && json["step"] == "content")
        #expect(json["finding"]?["rule"] == "artifact-mismatch")
        #expect(json["finding"]?["observed"]?.string?.contains(Digest.of([1]).hex) == true)
        #expect(json["finding"]?["expected"]?.string?.contains(Digest.of(Sample.artifact).hex) == true)
    }

    @Test func verifiedJSONHasIdentityTimesClaimsAndStatement() async throws {
        let sample = try Sample.statement { $0 = $0.inRekorV2 }
        let json = try JSONValue(parsing: Array(try await Tool.run(sample.arguments(["-o", "json"])).output.utf8))
        #expect(json["verdict"] == "verified")
        #expect(json["signer"]?["subject"] == .string(Sample.workflow.subject))
        #expect(json["signer"]?["issuer"] == .string(Sample.workflow.issuer))
        #expect(json["signer"]?["claims"]?["sourceRepositoryURI"] == "https://github.com/example/app")
        #expect(json["times"]?.array?.first?["instant"] == .string((Sample.time + .seconds(1)).description))
        #expect(json["times"]?.array?.first?["kind"] == "timestampAuthority")
        #expect(json["logEntries"]?.array?.first?["inclusionProven"] == true)
        #expect(json["statement"]?["predicateType"] == "https://slsa.dev/provenance/v1")
    }

    @Test func nothingIsColouredOutsideATerminal() async throws {
        #expect(!(try await Tool.run(try Sample().arguments()).output.contains("\u{1B}")))
    }
}
