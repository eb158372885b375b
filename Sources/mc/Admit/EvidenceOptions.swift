import Admission
import ArgumentParser
import Core
import Foundation
import OCI

/// Where evidence is looked for.
struct EvidenceOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "An OCI layout, or a registry that stands in for the images' own.", valueName: "folder or registry"))
    var evidence: String?

    @Option(help: ArgumentHelp("Registry that may be asked over plain HTTP; may be repeated.", valueName: "host"))
    var insecureRegistry: [String] = []

    /// The places.
    ///
    /// - Throws: ``InputError`` or ``RegistryError`` when there is no such folder, or it is no layout.
    func places() throws -> any EvidencePlaces { try places(client) }

    /// The places of a run over many images: a registry that is out of reach is told of and given up, instead of waited
    /// for again and again.
    ///
    /// - Parameter say: is told once of each registry that is not asked any more.
    /// - Throws: as ``places()``.
    func manyPlaces(say: @escaping @Sendable (String) -> Void) throws -> any EvidencePlaces {
        var limits = Self.limits
        limits.retries = 1
        limits.overall = .seconds(20)
        return GivingUpPlaces(try places(client(limits)), say: say)
    }

    /// Where that is, in words.
    var words: String {
        guard let evidence else {
            return
                "at each image's own registry, and where the policies say (evidenceRepositories); --evidence names a "
                + "layout, or a registry that stands in"
        }
        return InputFile.isDirectory(evidence) ? "in the layout \(evidence)" : "at \(evidence), for every image"
    }

    private func places(_ client: RegistryClient) throws -> any EvidencePlaces {
        guard let evidence else { return RegistryPlaces(client: client) }
        if InputFile.isDirectory(evidence) { return SinglePlace(try LayoutSource(evidence)) }
        if InputFile.exists(evidence) {
            throw InputError(evidence, "is a file; expected the folder of an OCI layout, or a registry")
        }
        if ["/", "./", "../", "~"].contains(where: { evidence.hasPrefix($0) }) {
            throw InputError(evidence, "there is no such folder")
        }
        return RegistryPlaces(client: client, standIn: evidence)
    }

    private static var limits: RegistryLimits {
        // A registry that accepts and then says nothing must not hold a pipeline up.
        var limits = RegistryLimits()
        limits.connect = .seconds(3)
        limits.silence = .seconds(4)
        return limits
    }

    private var client: RegistryClient { client(Self.limits) }

    private func client(_ limits: RegistryLimits) -> RegistryClient {
        RegistryClient(
            credentials: DockerCredentials(environment: ProcessInfo.processInfo.environment),
            plainHTTP: PlainHTTPRule(insecure: Set(insecureRegistry)), limits: limits)
    }
}
