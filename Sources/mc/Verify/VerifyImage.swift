import Admission
import ArgumentParser
import Core
import Foundation
import OCI
import Sigstore

struct VerifyImage: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image",
        abstract: "Verify the evidence beside an image in a registry or an OCI layout.",
        discussion: """
            A tag is resolved once; everything after that is by digest. Evidence is looked for among the referrers of \
            the image (bundles) and under cosign's tags, on the image itself or on every platform of it.
            Exit 0 when verified, 1 when refused, 2 when it could not be evaluated.
            """)

    @OptionGroup var signer: SignerOptions
    @OptionGroup var root: TrustRootOption

    @Option(help: ArgumentHelp("Demand a statement of exactly this predicate type.", valueName: "type"))
    var predicateType: String?

    @Option(help: ArgumentHelp("How many distinct keys or identities must have signed.", valueName: "count"))
    var signers = 1

    @Option(
        help: ArgumentHelp(
            "Speak plain HTTP to this registry host; loopback needs no permission. May be given more than once.",
            valueName: "host"))
    var insecureRegistry: [String] = []

    @Option(help: ArgumentHelp("Give up after this many seconds.", valueName: "seconds"))
    var timeout = 30

    @OptionGroup var evaluation: EvaluationOptions

    @Argument(
        help: ArgumentHelp(
            "An image reference, or the folder of an OCI layout (with :tag or @digest when it holds several images).",
            valueName: "reference-or-folder"))
    var image: String

    func run() async throws {
        let verdict: ImageVerdict
        do {
            verdict = try await evaluate()
        } catch {
            if evaluation.output == .json, !evaluation.quiet {
                Console.standard.print(ErrorReport(error, artifact: image).json.pretty.printableJSON)
            }
            throw error
        }
        if !evaluation.quiet {
            let report = ImageReport(verdict, image: image)
            Console.standard.print(
                evaluation.output == .json ? report.json.pretty.printableJSON : report.text(Console.standard))
        }
        switch verdict.result {
        case .verified: break
        case .refused: throw Outcome.refused
        case .unevaluated: throw Outcome.unevaluated
        }
    }

    private func evaluate() async throws -> ImageVerdict {
        guard (1...32).contains(signers) else { throw UsageError("--signers \(signers): expected 1 to 32") }
        let now = try evaluation.now()
        let verifier = Verifier(
            trustRoot: try root.load(), signers: try signer.policy(), predicateType: predicateType)
        guard (1...600).contains(timeout) else { throw UsageError("--timeout \(timeout): expected 1 to 600") }
        let (source, selector) = try ImageArgument.resolve(image, insecure: insecureRegistry)
        let verification = ImageVerification(source: source, verifier: verifier, demanded: signers)
        return try await Deadline.run(.seconds(timeout), "verifying \(image.printable)") {
            try await verification.verify(selector, now: now)
        }
    }
}

/// The image: a reference into a registry, or a layout on disk.
enum ImageArgument {
    static func resolve(_ text: String, insecure: [String]) throws -> (any ImageSource, ImageSelector) {
        if let (folder, selector) = try layout(text) { return (try LayoutSource(folder), selector) }
        if InputFile.exists(text) { throw InputError(text, "is a file; expected the folder of an OCI layout") }
        // No reference begins like this, so a folder was meant.
        if ["/", "./", "../", "~"].contains(where: { text.hasPrefix($0) }) {
            throw InputError(text, "there is no such folder")
        }
        let reference: ImageReference
        do {
            reference = try ImageReference(text)
        } catch {
            throw InputError(text, "\(error)")
        }
        let selector = try ImageSelector(reference)
        // A registry that accepts and then says nothing must not hold a pipeline up.
        var limits = RegistryLimits()
        limits.connect = .seconds(3)
        limits.silence = .seconds(4)
        let client = RegistryClient(
            credentials: DockerCredentials(environment: ProcessInfo.processInfo.environment),
            plainHTTP: PlainHTTPRule(insecure: Set(insecure)), limits: limits)
        return (RegistrySource(try Repository(reference), client: client), selector)
    }

    private static func layout(_ text: String) throws -> (String, ImageSelector)? {
        var folder = text
        var selector = ImageSelector.standard
        if !InputFile.isDirectory(text) {
            if let mark = text.lastIndex(of: "@"), InputFile.isDirectory(String(text[..<mark])) {
                guard let digest = Digest(text[text.index(after: mark)...]) else {
                    throw UsageError("\(text.printable): expected folder@sha256:…")
                }
                (folder, selector) = (String(text[..<mark]), .digest(digest))
            } else if let mark = text.lastIndex(of: ":"), InputFile.isDirectory(String(text[..<mark])) {
                (folder, selector) = (String(text[..<mark]), .tag(String(text[text.index(after: mark)...])))
            } else {
                return nil
            }
        }
        // A checkout can hold a folder called ghcr.io/org/app: it must not answer for the registry unasked.
        let host = folder.prefix { $0 != "/" }
        if !folder.hasPrefix("/"), !folder.hasPrefix("."), folder.contains("/"),
            host.contains(".") || host == "localhost"
        {
            throw UsageError(
                "\(text.printable): is a folder here and a registry reference; write ./\(folder.printable) for the folder, or run elsewhere"
            )
        }
        return (folder, selector)
    }
}
