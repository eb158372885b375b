internal import Core
internal import Foundation

/// Credentials as docker keeps them: in `config.json`, or with the credential helpers it names.
package struct DockerCredentials: CredentialProvider {
    private let configuration: String?
    private let helper: CredentialHelper

    /// - Parameters:
    ///   - environment: `DOCKER_CONFIG` (a folder), else `HOME`, says where the configuration is; `PATH`, where
    ///     helpers are.
    ///   - timeout: how long a helper may take.
    package init(environment: [String: String], timeout: Duration = .seconds(10)) {
        if let folder = environment["DOCKER_CONFIG"], !folder.isEmpty {
            configuration = folder + "/config.json"
        } else {
            configuration = environment["HOME"].map { $0 + "/.docker/config.json" }
        }
        helper = CredentialHelper(environment: environment, timeout: timeout)
    }

    package func credential(for host: String) async throws(CredentialError) -> Credential? {
        guard let configuration, let bytes = try Self.read(configuration) else { return nil }
        let config: DockerConfig
        do {
            config = try DockerConfig(parsing: bytes)
        } catch {
            throw CredentialError(.malformedConfiguration, "\(configuration): \(error)")
        }
        switch config.lookup(host) {
        case .none: return nil
        case .stored(let credential): return credential
        case .helper(let name, let server, let fallback):
            return try await helper.get(name, server: server) ?? fallback
        }
    }

    private static func read(_ path: String) throws(CredentialError) -> [UInt8]? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? file.close() }
            let bytes = [UInt8](try file.read(upToCount: DockerConfig.bytes.limit + 1) ?? Data())
            try DockerConfig.bytes.check(bytes.count)
            return bytes
        } catch let exceeded as CapExceeded {
            throw CredentialError(.tooLarge, "\(path): \(exceeded)")
        } catch {
            throw CredentialError(.malformedConfiguration, "\(path) could not be read: \(error.localizedDescription)")
        }
    }
}
