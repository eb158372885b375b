import Core
import DecisionLog
import Foundation
import Hummingbird
import Policy
import TestSupport
import Testing
import TransparencyLog

@testable import Server

/// `/api/v1`: who may ask, and that its answers are what was logged.
@Suite("API") struct APITests {
    static let viewer = "viewer-0123456789-abcdef"
    static let auditor = "auditor-0123456789-abcdef"
    static let both = "both-0123456789-abcdef"
    static let ended = "ended-0123456789-abcdef"
    static let short = "short-0123456789-ab"

    static func tokens() throws -> TokenFile {
        let rows = [
            (viewer, "[viewer]", ""), (auditor, "[auditor]", ""),
            (both, "[viewer, auditor]", ", expires: \(Shop.now + .seconds(60))"),
            (ended, "[viewer, auditor, risk]", ", expires: \(Shop.now)"), (short, "[viewer, auditor, risk]", ""),
        ].map { token, roles, more in
            "  - {name: \(token.prefix(5)), sha256: \(Digest.of(Array(token.utf8)).hex), roles: \(roles)\(more)}\n"
        }
        return try TokenFile(parsing: Array(("tokens:\n" + rows.joined()).utf8), file: "tokens.yaml")
    }

    /// A yard with a real log on disk.
    private struct Archive {
        let folder: TemporaryFolder
        let writer: LogWriter
        let trust: LogTrust
        let large: LargeDecisionFolder
        let yard: Yard

        init() async throws {
            folder = try TemporaryFolder()
            let signer = try NoteSigner(
                name: "log.example/api", type: .ed25519, seed: [UInt8](repeating: 3, count: 32))
            var options = LogOptions()
            options.reserveBytes = 0
            options.publishInterval = .seconds(3_600)
            writer = try await LogWriter.open(folder: folder.path, signer: signer, options: options)
            trust = try LogTrust(log: signer.verifierKey)
            large = LargeDecisionFolder(folder.path + "/decisions")
            yard = try await Yard(log: writer)
        }

        func decide(_ image: Digest, _ name: String, namespace: String = "shop") async throws {
            let reply = await yard.webhook.validate(
                Shop.review(of: image, namespace: namespace, name: name).canonical, caller: .authenticated,
                deadline: .now + .seconds(60))
            #expect(reply.status == 200)
        }

        func serve(
            provider: OpenIDProvider? = nil, tokens: TokenFile? = nil, _ body: @Sendable (Client) async throws -> Void
        ) async throws {
            let certificates = try Certificates.made.get()
            let tls = try TLSSource(certificates.material(clientCA: false))
            let api = AdmissionServer.API(
                AdmissionServer.Endpoint(ListenAddress(host: "127.0.0.1", port: 0), tls: tls),
                archive: WriterArchive(writer), large: large,
                access: AccessControl(
                    tokens: try tokens ?? APITests.tokens(), provider: provider, clock: yard.steady))
            try await yard.serve(api: api) { (running) async throws in
                try await Client.with(running.port("api"), certificates) { try await body($0) }
            }
            try await writer.close()
        }
    }

    @Test func whoIsNobodyLearnsNothing() async throws {
        let archive = try await Archive()
        try await archive.decide(Shop.good, "a")
        try await archive.serve { (client) async throws in
            for token in [nil, "", "wrong-0123456789-abcdef", Self.ended, Self.short, Self.viewer + "x"] {
                for path in ["/api/v1/status", "/api/v1/decisions", "/api/v1/log/checkpoint", "/api/v1/decisions/1"] {
                    let answer = try await client.get(path, token: token)
                    #expect(answer.status == 401, "\(token ?? "none") \(path)")
                    #expect(answer.headers["www-authenticate"]?.hasPrefix("Bearer") == true)
                    #expect(!answer.text.contains("shop"))
                }
            }
            #expect(try await client.get("/api/v1/status", token: Self.viewer).status == 200)
        }
        #expect(archive.yard.heard.count("rejected unauthorized") == 24)
    }

    @Test func aRoleIsNeeded() async throws {
        let archive = try await Archive()
        try await archive.decide(Shop.good, "a")
        try await archive.writer.publish()
        try await archive.serve { (client) async throws in
            let cases: [(String, String, Int)] = [
                ("/api/v1/decisions", Self.viewer, 200), ("/api/v1/decisions", Self.auditor, 403),
                ("/api/v1/log/checkpoint", Self.viewer, 403), ("/api/v1/log/checkpoint", Self.auditor, 200),
                ("/api/v1/log/proof/0", Self.viewer, 403), ("/api/v1/log/proof/0", Self.both, 200),
            ]
            for (path, token, status) in cases {
                #expect(try await client.get(path, token: token).status == status, "\(path) \(token)")
            }
        }
    }

    @Test func aTokenEndsAndGoes() async throws {
        let archive = try await Archive()
        let access = AccessControl(tokens: try Self.tokens(), clock: archive.yard.steady)
        #expect(await access.person("Bearer \(Self.both)")?.roles == [.viewer, .auditor])
        #expect(await access.person("bearer  \(Self.both)")?.name == "both-")
        for text in ["Basic \(Self.both)", Self.both, "Bearer", "Bearer ", "Bearer \(Self.both) x"] {
            #expect(await access.person(text) == nil, "\(text)")
        }
        archive.yard.clock.advance(by: .seconds(59))
        #expect(await access.person("Bearer \(Self.both)") != nil)
        archive.yard.clock.advance(by: .seconds(1))
        #expect(await access.person("Bearer \(Self.both)") == nil)
        #expect(await access.person("Bearer \(Self.viewer)") != nil)
        access.replace(TokenFile())
        #expect(await access.person("Bearer \(Self.viewer)") == nil)
        try await archive.writer.close()
    }

    @Test(arguments: [
        "tokens: [{name: a, sha256: abc, roles: [viewer]}]", "tokens: [{name: a, sha256: x, roles: [root]}]", "a: b",
        "tokens: [{name: a, roles: [viewer]}]", "tokens: 1",
        """
        tokens:
          - {name: a, sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08, roles: [viewer]}
          - {name: b, sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08, roles: [risk]}
        """,
        "tokens: [{name: a, sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08, roles: [root]}]",
    ]) func aTokenFileThatCannotBeMeantIsRefused(_ text: String) {
        #expect(throws: (any Error).self) { try TokenFile(parsing: Array(text.utf8), file: "tokens.yaml") }
    }

    // MARK: Answers

    @Test func aDecisionIsWhatWasLogged() async throws {
        let archive = try await Archive()
        try await archive.decide(Shop.good, "a")
        try await archive.decide(Shop.unknown, "b", namespace: "audited")
        try await archive.serve { (client) async throws in
            for index in 1...2 {
                let answer = try await client.get("/api/v1/decisions/\(index)", token: Self.viewer)
                var document = try #require(try answer.json.object)
                #expect(document["log"]?["origin"]?.string == "log.example/api")
                #expect(document["log"]?["index"] == .integer(Int64(index)))
                document["log"] = nil
                let stored = try await archive.writer.entries(from: UInt64(index), count: 1)
                let entry = try LogEntry(parsing: try #require(stored.first))
                #expect(Digest.of(JSONValue.object(document).canonical) == entry.decisionDigest)
            }
            // What is no decision is shown as what it is.
            #expect(
                try await client.get("/api/v1/decisions/0", token: Self.viewer).json["schema"]?.string
                    == BundleRecord.schema)
            for (path, status) in [
                ("3", 404), ("18446744073709551615", 404), ("18446744073709551616", 400), ("-1", 400), ("x", 400),
            ] {
                #expect(
                    try await client.get("/api/v1/decisions/\(path)", token: Self.viewer).status == status, "\(path)")
            }
        }
    }

    @Test func aLargeDecisionIsGivenWhole() async throws {
        let archive = try await Archive()
        var pod = try #require(Shop.pod("x", namespace: "audited").object)
        pod["spec"] = [
            "containers": .array(
                (0..<60).map {
                    [
                        "name": .string("c\($0)"),
                        "image": .string("\(Shop.repository)@\(Digest.of(Array("\($0)".utf8)))"),
                    ]
                })
        ]
        let keeper = DecisionKeeper(log: archive.writer, large: archive.large, admissions: AdmissionIndex())
        let webhook = Webhook(
            policy: archive.yard.policy, keeper: keeper, clock: archive.yard.steady, modes: archive.yard.webhook.modes,
            shadow: archive.yard.shadow)
        let reply = await webhook.validate(
            Shop.review("x", namespace: "audited", object: .object(pod)).canonical, caller: .authenticated,
            deadline: .now + .seconds(60))
        let size = archive.writer.size
        #expect(size == 2 && reply.status == 200, "\(String(decoding: reply.body, as: UTF8.self))")
        let digest = try Client.Answer(status: 200, body: reply.body, headers: [:]).annotation("decision-digest")
        try await archive.serve { (client) async throws in
            let answer = try await client.get("/api/v1/decisions/\(size - 1)", token: Self.viewer)
            var document = try #require(try answer.json.object)
            document["log"] = nil
            #expect("\(Digest.of(JSONValue.object(document).canonical))" == digest)
            #expect(answer.body.count > 65_535)
        }
    }

    @Test func decisionsComeInPagesNewestFirst() async throws {
        let archive = try await Archive()
        for number in 0..<7 { try await archive.decide(Shop.good, "good-\(number)") }
        for number in 0..<5 { try await archive.decide(Shop.unknown, "bad-\(number)", namespace: "audited") }
        try await archive.serve { (client) async throws in
            func page(_ query: String) async throws -> (indices: [Int64], next: JSONValue?) {
                let json = try await client.get("/api/v1/decisions\(query)", token: Self.viewer).json
                let indices = (json["decisions"]?.array ?? []).compactMap { item -> Int64? in
                    if case .integer(let index)? = item["index"] { index } else { nil }
                }
                return (indices, json["next"])
            }
            #expect(try await page("").indices == Array((1...12).reversed()))
            var seen: [Int64] = []
            var query = "?limit=5"
            for _ in 0..<5 {
                let (indices, next) = try await page(query)
                seen += indices
                guard case .integer(let before)? = next else { break }
                query = "?limit=5&before=\(before)"
            }
            #expect(seen == Array((1...12).reversed()))
            #expect(try await page("?namespace=audited").indices == [12, 11, 10, 9, 8])
            #expect(try await page("?namespace=audite").indices == [])
            #expect(try await page("?decision=allow&limit=2").indices == [7, 6])
            #expect(try await page("?decision=deny&before=10").indices == [9, 8])
            for bad in ["?limit=0", "?limit=501", "?limit=x", "?limit=-1", "?before=x"] {
                #expect(
                    try await client.get("/api/v1/decisions\(bad)", token: Self.viewer).status == 400, "\(bad)")
            }
        }
    }

    @Test func aProofFromTheAPIHoldsOffline() async throws {
        let archive = try await Archive()
        for number in 0..<5 { try await archive.decide(Shop.good, "good-\(number)") }
        try await archive.writer.publish()
        try await archive.decide(Shop.good, "later")
        try await archive.serve { (client) async throws in
            let entries = try await archive.writer.entries(from: 0)
            for index in 0..<6 {
                let answer = try await client.get("/api/v1/log/proof/\(index)", token: Self.auditor)
                let proof = try LogProof(answer.body)
                #expect(proof.verify(entry: entries[index], trust: archive.trust).isVerified)
                #expect(!proof.verify(entry: entries[(index + 1) % 6], trust: archive.trust).isVerified)
            }
            for (path, status) in [("6", 404), ("99", 404), ("x", 400), ("-1", 400)] {
                #expect(
                    try await client.get("/api/v1/log/proof/\(path)", token: Self.auditor).status == status, "\(path)")
            }
        }
    }

    /// The log through the API, as any client of C2SP tlog-tiles reads it.
    private struct RemoteTiles: TileSource {
        let client: Client

        func checkpoint() async throws -> [UInt8]? { try await get("checkpoint") }
        func tile(_ path: TilePath) async throws -> [UInt8]? { try await get("\(path)") }

        private func get(_ path: String) async throws -> [UInt8]? {
            let answer = try await client.get("/api/v1/log/\(path)", token: APITests.auditor)
            return answer.status == 200 ? answer.body : nil
        }
    }

    @Test func theLogVerifiesThroughTheAPI() async throws {
        let archive = try await Archive()
        for number in 0..<300 { _ = try await archive.writer.append(Array("entry \(number)".utf8)) }
        try await archive.writer.publish()
        try await archive.serve { (client) async throws in
            let source = RemoteTiles(client: client)
            let report = try await LogVerifier(source: source, trust: archive.trust).verify()
            #expect(report.isVerified && report.entries == 301)
            let reader = LogReader(source: source)
            let checkpoint = try await reader.checkpoint()
            #expect(try await reader.entry(300, in: checkpoint.checkpoint) == Array("entry 299".utf8))
            for path in [
                "tile/../../../etc/passwd", "tile/0/../../journal", "tile/%2e%2e/journal", "tile/0/001.p/0", "tile/",
                "tile/64/000", "tile/0/x001/x002", "journal",
            ] {
                #expect(
                    try await client.get("/api/v1/log/\(path)", token: Self.auditor).status == 404, "\(path)")
            }
        }
    }

    @Test func waiversAndShadowAreShown() async throws {
        let archive = try await Archive()
        let waiver = try Shop.waiver()
        try await archive.yard.change {
            $0.waivers = [("w.json", waiver.file), ("revocations.dsse.json", try Shop.revocations([]))]
            $0.next = try Shop.bundle("2.0.0", hermetic: false)
        }
        try await archive.serve { (client) async throws in
            let waivers = try await client.get("/api/v1/waivers", token: Self.viewer).json
            #expect(waivers["waivers"]?.array?.first?["id"]?.string == "W-2026-001")
            #expect(waivers["waivers"]?.array?.first?["digest"]?.string == "\(waiver.digest)")
            let shadow = try await client.get("/api/v1/shadow", token: Self.viewer)
            #expect(shadow.status == 200)
            let status = try await client.get("/api/v1/status", token: Self.viewer).json
            #expect(status["bundle"]?["version"]?.string == "1.0.0" && status["ready"] == .bool(true))
            #expect(status["log"]?["origin"]?.string == "log.example/api")
            #expect(
                try await client.get("/api/v1/graph/why/\(Shop.good)", token: Self.viewer).text.contains("lineage"))
        }
    }

    // MARK: The description

    @Test func everyRouteIsDescribedAndEveryDescriptionIsARoute() async throws {
        let archive = try await Archive()
        let described = try #require(
            try JSONValue(parsing: OpenAPIDocument.bytes)["paths"]?.object
        ).members.map(\.key)
        let routes = APIRoutes(
            policy: archive.yard.policy, archive: WriterArchive(archive.writer), large: archive.large,
            shadow: archive.yard.shadow, readiness: { Readiness() }, lineage: nil, clock: archive.yard.steady,
            access: AccessControl(tokens: TokenFile(), clock: archive.yard.steady), events: .none)
        let served = routes.router().routes.map { route in
            "/"
                + route.path.description.split(separator: "/").map { part in
                    part == "**" ? "{path}" : part.hasPrefix(":") ? "{\(part.dropFirst())}" : String(part)
                }.map { $0.hasPrefix("{") && $0.hasSuffix("}}") ? String($0.dropLast()) : $0 }.joined(separator: "/")
        }
        #expect(Set(served) == Set(described))
        try await archive.serve { (client) async throws in
            #expect(try await client.get("/openapi.json").body == OpenAPIDocument.bytes)
            for path in ["/", "/api", "/api/v1", "/api/v2/status", "/api/v1/journal", "/api/v1/status/x"] {
                #expect(try await client.get(path, token: Self.both).status == 404, "\(path)")
            }
            for method in ["POST", "PUT", "DELETE", "PATCH"] {
                let status = try await client.get("/api/v1/status", token: Self.both, method: method).status
                #expect(status == 404 || status == 405, "\(method): \(status)")
            }
        }
    }

    private static let python = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../.venv/bin/python").standardized.path
    private static let missing: String? = {
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = ["-c", "import openapi_spec_validator"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return "there is no Python environment; run scripts/dependencies" }
        process.waitUntilExit()
        return process.terminationStatus == 0 ? nil : "openapi-spec-validator is missing; run scripts/dependencies"
    }()

    @Test(.enabled(if: missing == nil, "\(missing ?? "")")) func theDescriptionIsValidOpenAPI() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("openapi.json", OpenAPIDocument.bytes)
        let output = Pipe()
        let process = Process()
        process.executableURL = URL(filePath: Self.python)
        process.arguments = ["-m", "openapi_spec_validator", path]
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(text)")
    }
}
