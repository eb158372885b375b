internal import Core
internal import Foundation
internal import Sigstore

/// Verifies one bundle with the options of `mc verify bundle`, to measure a process that does nothing else.
@main
enum VerifyOnce {
    static func main() throws {
        var options: [String: String] = [:]
        var files: [String] = []
        var arguments = CommandLine.arguments.dropFirst().makeIterator()
        while let argument = arguments.next() {
            if argument.hasPrefix("--") { options[argument] = arguments.next() } else { files.append(argument) }
        }
        guard let bundle = options["--bundle"], let root = options["--trusted-root"],
            let identity = options["--certificate-identity"], let issuer = options["--certificate-oidc-issuer"],
            files.count == 1
        else {
            FileHandle.standardError.write(Data("usage: as of mc verify bundle\n".utf8))
            exit(2)
        }
        let verifier = Verifier(
            trustRoot: try TrustRoot(parsing: bytes(root)),
            signers: .identities([IdentityPolicy(issuer: .exact(issuer), subject: .exact(identity))]))
        let verdict = verifier.verify(
            try Bundle(parsing: bytes(bundle)), artifact: Artifact(bytes: try bytes(files[0])),
            now: Instant(seconds: Int64(Date().timeIntervalSince1970)))
        if let refusal = verdict.refusal {
            FileHandle.standardError.write(Data("\(refusal)\n".utf8))
            exit(1)
        }
    }

    private static func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }
}
