import Attestation
import Core
import Foundation
import TestAuthority
import TestSupport
import Testing

/// The JSON that is printed follows the published schemas, as another implementation of JSON Schema sees it.
@Suite("Schemas", .enabled(if: Schemas.missing == nil, "\(Schemas.missing ?? "")"))
struct SchemaTests {
    private static func documents() async throws -> [(name: String, schema: String, text: String)] {
        let sample = try Sample.statement { $0 = $0.inRekorV2 }
        let message = try Sample()
        var request = SigningRequest(.artifact(Sample.artifact), at: Sample.time)
        request.signer = .managedKey(hint: "release")
        let key = try Sample(request)
        let layout = try MintedLayout()
        let attested = try layout.attest()
        let bare = try MintedLayout()
        var runs: [(String, [String], Int32)] = [
            ("statement", sample.arguments(), 0), ("message", message.arguments(), 0), ("key", key.arguments(), 0),
            ("other predicate", sample.arguments(["--predicate-type", "https://example.com/x"]), 1),
            ("other artifact", message.arguments(artifact: Digest.of([1]).description), 1),
            ("malformed", message.arguments(bundle: message.artifact), 2),
            ("missing", message.arguments(artifact: "/nonexistent"), 2),
            ("image", attested.arguments(layout.path), 0),
            ("image without evidence", attested.arguments(bare.path), 1),
            (
                "image of another signer",
                ["verify", "image"] + attested.rootAndTime + [
                    "--certificate-identity", "x", "--certificate-oidc-issuer", "y", layout.path,
                ], 1
            ),
            ("no such tag", attested.arguments(layout.path + ":none"), 2),
        ]
        if SharedData.isPresent {
            let real = try SharedData.url("slsa/gha_generic_container/v2.0.0/container_workflow_dispatch").path
            runs.append(("real image", ["verify", "image"] + ImageTests.generator + [real], 0))
        }
        var documents: [(name: String, schema: String, text: String)] = []
        for (name, arguments, status) in runs {
            let run = try await Tool.run(arguments + ["-o", "json"])
            #expect(run.status == status, "\(name): \(run.all)")
            documents.append((name, "verification-result.v1.json", run.output))
            let json = try JSONValue(parsing: Array(run.output.utf8))
            let parts = json["parts"]?.array ?? []
            let findings = [json["finding"]] + parts.flatMap { $0["refused"]?.array ?? [] }.map { $0["finding"] }
            for finding in findings.compactMap({ $0 }) {
                documents.append(
                    (name + ", finding", "finding.v1.json", String(decoding: finding.canonical, as: UTF8.self)))
            }
        }
        return documents
    }

    @Test func outputFollowsItsSchema() async throws {
        let documents = try await Self.documents()
        #expect(documents.filter { $0.schema == "finding.v1.json" }.count >= 4)
        let refusals = try await Schemas.refusals(documents)
        #expect(refusals.isEmpty, "\(refusals.joined(separator: "\n"))")
    }

    /// The decisions and log entries that the policy's tests compare byte for byte.
    @Test func goldenDecisionsFollowTheirSchemas() async throws {
        let folder = Schemas.folder.appending(path: "../Tests/PolicyTests/Golden").standardized
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        let documents = try files.map { file in
            // Such as deny.log-entry.json, whose schema is log-entry.v1.json.
            let schema = "\(file.split(separator: ".")[1]).v1.json"
            let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
            return (name: file, schema: schema, text: text)
        }
        #expect(documents.count >= 9)
        let refusals = try await Schemas.refusals(documents)
        #expect(refusals.isEmpty, "\(refusals.joined(separator: "\n"))")
    }

    @Test func whatDoesNotFollowIsSeen() async throws {
        let documents = [
            ("no object", "verification-result.v1.json", "[]"), ("no verdict", "verification-result.v1.json", "{}"),
            ("other verdict", "verification-result.v1.json", "{\"verdict\":\"fine\",\"artifact\":\"a\"}"),
            ("no rule", "finding.v1.json", "{\"severity\":\"high\"}"), ("no decision", "decision.v1.json", "{}"),
            ("no entry", "log-entry.v1.json", "{\"decision\":null}"), ("no facts", "facts.v1.json", "{}"),
            ("no bundle", "log-bundle.v1.json", "{}"), ("no repeat", "log-repeat.v1.json", "{}"),
            ("no approval", "log-approval.v1.json", "{}"), ("no waiver", "log-waiver.v1.json", "{}"),
        ]
        #expect(try await Schemas.refusals(documents).count == documents.count)
    }
}

/// JSON Schema by Python's package of that name.
enum Schemas {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../schemas")
        .standardized
    private static let names = [
        "verification-result.v1.json", "finding.v1.json", "decision.v1.json", "facts.v1.json", "log-entry.v1.json",
        "log-bundle.v1.json", "log-repeat.v1.json", "log-approval.v1.json", "log-waiver.v1.json",
    ]

    /// Why the tests cannot run.
    static let missing: String? = {
        for name in names where !FileManager.default.fileExists(atPath: folder.appending(path: name).path) {
            return "schemas/\(name) is not there"
        }
        return python == nil ? "no python that has the package jsonschema; name one by MC_SIGSTORE_PYTHON" : nil
    }()

    private static let python: String? = {
        let candidates = [ProcessInfo.processInfo.environment["MC_SIGSTORE_PYTHON"], TestServer.find("python3")]
        return candidates.compactMap { $0 }.first { python in
            let process = Process()
            process.executableURL = URL(filePath: python)
            process.arguments = ["-c", "import jsonschema, referencing"]
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            guard (try? process.run()) != nil else { return false }
            process.waitUntilExit()
            return process.terminationStatus == 0
        }
    }()

    // Reads [[name, schema, text]…] and prints a line for each text that does not follow its schema.
    private static let judge = """
        import json, pathlib, sys
        from jsonschema import Draft202012Validator
        from referencing import Registry, Resource
        folder = pathlib.Path(sys.argv[1])
        schemas = {path.name: json.loads(path.read_text()) for path in folder.glob("*.json")}
        registry = Registry()
        for name, schema in schemas.items():
            resource = Resource.from_contents(schema)
            registry = registry.with_resource(name, resource)
            if "$id" in schema:
                registry = registry.with_resource(schema["$id"], resource)
        for name, schema, text in json.loads(pathlib.Path(sys.argv[2]).read_text()):
            Draft202012Validator.check_schema(schemas[schema])
            validator = Draft202012Validator(schemas[schema], registry=registry)
            for error in sorted(validator.iter_errors(json.loads(text)), key=str)[:1]:
                print(name, schema, error.json_path, error.message[:300].replace("\\n", " "), sep=": ")
        """

    static func refusals(_ documents: [(name: String, schema: String, text: String)]) async throws -> [String] {
        let scratch = try TemporaryFolder()
        let list: JSONValue = .array(
            documents.map { .array([.string($0.name), .string($0.schema), .string($0.text)]) })
        let run = try await Child.run(
            try #require(python),
            [try scratch.write("judge.py", judge), folder.path, try scratch.write("list.json", list.canonical)],
            environment: ProcessInfo.processInfo.environment)
        guard run.status == 0 else { throw Tool.Failure(description: run.error) }
        return run.output.split(separator: "\n").map(String.init)
    }
}
