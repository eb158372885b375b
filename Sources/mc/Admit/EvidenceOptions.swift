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
    func places() throws -> any EvidencePlaces {
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

    private var client: RegistryClient {
        // A registry that accepts and then says nothing must not hold a pipeline up.
        var limits = RegistryLimits()
        limits.connect = .seconds(3)
        limits.silence = .seconds(4)
        return RegistryClient(
            credentials: DockerCredentials(environment: ProcessInfo.processInfo.environment),
            plainHTTP: PlainHTTPRule(insecure: Set(insecureRegistry)), limits: limits)
    }
}
