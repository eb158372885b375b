import ArgumentParser
import Attestation
import Core
import Sigstore

struct VerifyBundle: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bundle",
        abstract: "Verify a Sigstore bundle (or a bare DSSE envelope, with --key) about a file or digest.",
        discussion: """
            Exit 0 when verified, 1 when refused, 2 when it could not be evaluated.
            A text such as sha256:… is a digest unless a file of that name exists.
            """)

    @Option(help: ArgumentHelp("The bundle.", valueName: "file"))
    var bundle: String

    @OptionGroup var signer: SignerOptions
    @OptionGroup var root: TrustRootOption

    @Option(help: ArgumentHelp("Demand a statement of exactly this predicate type.", valueName: "type"))
    var predicateType: String?

    @OptionGroup var evaluation: EvaluationOptions

    @Argument(help: ArgumentHelp("The artifact: a file, or a digest such as sha256:….", valueName: "file-or-digest"))
    var artifact: String

    func run() async throws {
        let verdict: Verdict
        do {
            verdict = try evaluate()
        } catch {
            if evaluation.output == .json, !evaluation.quiet {
                Console.standard.print(ErrorReport(error, artifact: artifact).json.pretty.printableJSON)
            }
            throw error
        }
        if !evaluation.quiet {
            let report = VerdictReport(verdict, artifact: artifact, evidence: bundle)
            Console.standard.print(
                evaluation.output == .json ? report.json.pretty.printableJSON : report.text(Console.standard))
        }
        if verdict.refusal != nil { throw Outcome.refused }
    }

    private func evaluate() throws -> Verdict {
        let now = try evaluation.now()
        let verifier = Verifier(
            trustRoot: try root.load(), signers: try signer.policy(), predicateType: predicateType)
        let parsed = try BundleFile.read(bundle, keys: verifier.signers)
        let content = try ArtifactArgument.resolve(artifact, for: parsed, signers: verifier.signers)
        return verifier.verify(parsed, artifact: content, now: now)
    }
}

/// The evidence file: a bundle, or a bare DSSE envelope where a key is configured.
enum BundleFile {
    static func read(_ path: String, keys: SignerPolicy) throws -> Bundle {
        let bytes = try InputFile.read(path, cap: Bundle.maximumSize)
        do {
            do {
                return try Bundle(parsing: bytes)
            } catch {
                guard Self.isEnvelope(bytes) else { throw error }
                guard case .keys = keys else {
                    throw InputError(path, "is a bare DSSE envelope without certificate; only --key can verify it")
                }
                return try Bundle(envelope: bytes)
            }
        } catch let error as InputError {
            throw error
        } catch {
            throw InputError(path, "\(error)")
        }
    }

    private static func isEnvelope(_ bytes: [UInt8]) -> Bool {
        guard let value = try? JSONValue(parsing: bytes) else { return false }
        return value["payloadType"] != nil && value["signatures"] != nil && value["mediaType"] == nil
    }
}

/// The artifact: a file, or a digest.
enum ArtifactArgument {
    /// Ed25519 signatures over artifacts need all bytes at once.
    private static let wholeFile = Cap("artifact bytes for an Ed25519 signature", 64 << 20)

    static func resolve(_ text: String, for bundle: Bundle, signers: SignerPolicy) throws -> Artifact {
        guard InputFile.exists(text) else {
            guard let digest = SubjectDigest(text) else {
                throw InputError(
                    text, "there is no such file, and it is not a digest such as sha256:<64 hexadecimal digits>")
            }
            return Artifact(digests: [digest])
        }
        var algorithms = bundle.digestAlgorithms
        var needsBytes = bundle.needsArtifactBytes
        if case .keys(let keys) = signers {
            algorithms.formUnion(keys.flatMap(\.key.defaultSchemes).compactMap(\.hash))
            needsBytes = needsBytes || keys.contains { $0.key.kind == .ed25519 }
        }
        if needsBytes, bundle.isOverArtifact {
            return Artifact(bytes: try InputFile.read(text, cap: wholeFile))
        }
        return Artifact(digests: try InputFile.digests(text, algorithms).map { SubjectDigest($0) })
    }
}
