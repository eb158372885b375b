internal import Core
internal import Foundation
package import Policy

/// Plays files of cases from disk, each with its policy bundle.
package struct TestPlayer: Sendable {
    private let policy: String?
    private let data: String?
    private let load: @Sendable (String) throws -> PolicyBundle
    private let clock: @Sendable () -> Duration

    /// - Parameters:
    ///   - policy: the bundle's folder for all files; the one each file names when `nil`.
    ///   - data: the folder that names that begin with `data:` are relative to.
    ///   - clock: how long something takes is the difference of two of its readings.
    ///   - load: reads the bundle of a folder. That it has expired is for the decision at a case's instant to say, so it
    ///     is read as of the distant past.
    package init(
        policy: String? = nil, data: String? = nil, clock: @escaping @Sendable () -> Duration,
        load: @escaping @Sendable (String) throws -> PolicyBundle
    ) {
        self.policy = policy
        self.data = data
        self.clock = clock
        self.load = load
    }

    /// Plays files of cases.
    ///
    /// - Throws: ``RehearsalError`` when a file or its policy cannot be read, with the place.
    package func play(_ paths: [String]) async throws(RehearsalError) -> [CaseResult] {
        var bundles: [String: PolicyBundle] = [:]
        var results: [CaseResult] = []
        for path in paths {
            let test = try Self.read(path)
            let folder = (path as NSString).deletingLastPathComponent
            let files = CaseFiles(folder: folder.isEmpty ? "." : folder, data: data)
            let own = try test.policy.map { (name) throws(RehearsalError) in try files.path(name) }
            guard let name = policy ?? own else {
                throw RehearsalError(
                    .policy, "\(path): no policy; name its folder under spec.policy, or give one by --policy")
            }
            let bundle: PolicyBundle
            do {
                bundle = try bundles[name] ?? load(name)
            } catch {
                throw RehearsalError(.policy, "\(path): the policy \(name) cannot be used: \(error)")
            }
            bundles[name] = bundle
            results += await CaseRunner(bundle: bundle, files: files, clock: clock).run(test)
        }
        return results
    }

    /// Reads one file of cases.
    package static func read(_ path: String) throws(RehearsalError) -> AdmissionTest {
        let bytes = try CaseFiles(folder: ".").read(path)
        do {
            return try AdmissionTestReader.read(bytes, file: path)
        } catch {
            throw RehearsalError(.file, "\(error)")
        }
    }

    /// The files of cases below a folder, sorted: every `.yaml` and `.yml` in it or in a folder `tests` of it, and the
    /// path itself when it is a file.
    ///
    /// - Throws: ``RehearsalError`` when there is none.
    package static func files(at path: String) throws(RehearsalError) -> [String] {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw RehearsalError(.file, "\(path): there is no such file or folder")
        }
        guard isDirectory.boolValue else { return [path] }
        let nested = path + "/tests"
        let hasNested = FileManager.default.fileExists(atPath: nested, isDirectory: &isDirectory)
        let folder = hasNested && isDirectory.boolValue ? nested : path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let found = names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.sorted()
        guard !found.isEmpty else {
            throw RehearsalError(.file, "\(folder): there is no file of cases (.yaml) in it")
        }
        return found.map { "\(folder)/\($0)" }
    }
}
