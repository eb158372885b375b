internal import Core

/// A Git repository and the ref that was taken of it, split out of one URI.
///
/// Read are the forms that builders write: `git+https://host/org/app@refs/heads/main` (SLSA, GitHub, Google Cloud
/// Build) and `https://host/org/app.git#refs/heads/main:directory` (BuildKit).
public struct GitLocation: Sendable, Hashable {
    /// The repository's URI without `git+`, such as `https://github.com/org/app`, otherwise as it was written.
    public let repository: String
    /// The ref, such as `refs/heads/main`.
    public let ref: String?

    private static let longestURI = Cap("bytes of a Git URI", 4096)
    private static let schemes = ["https", "http", "ssh", "git"]

    public init(repository: String, ref: String? = nil) {
        self.repository = repository
        self.ref = ref
    }

    /// Splits a URI; `nil` when it does not name a Git repository.
    ///
    /// With `git+` the ref begins at the first `@` of the path, never at one of the authority
    /// (`git+ssh://git@host/…`), and runs to the end: refs may hold `@` and `#`.
    public init?(uri text: String) {
        guard text.utf8.count <= Self.longestURI.limit, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            return nil
        }
        let isGit = text.utf8.starts(with: "git+".utf8)
        let uri = Substring(isGit ? text.utf8.dropFirst(4) : text.utf8[...])
        guard let colon = uri.utf8.firstIndex(of: UInt8(ascii: ":")),
            Self.schemes.contains(where: { $0.isSame(as: uri[..<colon]) }),
            uri.utf8[colon...].starts(with: "://".utf8)
        else { return nil }
        let authority = uri.utf8[colon...].dropFirst(3)
        guard let slash = authority.firstIndex(of: UInt8(ascii: "/")), slash != authority.startIndex else { return nil }
        let path = authority[slash...]
        let mark = path.firstIndex(of: UInt8(ascii: isGit ? "@" : "#"))
        var end = mark ?? path.endIndex
        // SPDX writes a path within the repository as the fragment of a URI without a ref.
        if isGit, mark == nil { end = path.firstIndex(of: UInt8(ascii: "#")) ?? end }
        guard path[slash..<end].count > 1 else { return nil }
        repository = String(uri[..<end])
        guard let mark else {
            ref = nil
            return
        }
        var name = path[mark...].dropFirst()
        // Google Cloud Build signs `@@refs/…` for GitLab; no ref begins with `@refs/`, so nothing else can be meant.
        if isGit, name.starts(with: "@refs/".utf8) { name = name.dropFirst() }
        if !isGit {
            let colon = name.firstIndex(of: UInt8(ascii: ":"))
            if let colon { name = name[..<colon] }
            // `#:directory` names no ref, only a directory.
            if name.isEmpty, colon != nil {
                ref = nil
                return
            }
        }
        guard !name.isEmpty else { return nil }
        ref = String(Substring(name))
    }
}

extension GitLocation {
    public static func == (left: GitLocation, right: GitLocation) -> Bool {
        left.repository.isSame(as: right.repository) && (left.ref ?? "").isSame(as: right.ref ?? "")
            && (left.ref == nil) == (right.ref == nil)
    }
}
