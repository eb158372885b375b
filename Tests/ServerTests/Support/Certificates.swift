import Foundation
import Server
import TestSupport

/// Certificates that openssl made for this run: a server's, another server's, and clients' of two authorities.
struct Certificates: Sendable {
    static let made = Result { try Certificates() }

    private let folder: TemporaryFolder

    private init() throws {
        folder = try TemporaryFolder(isKept: true)
        try folder.write(
            "make.sh",
            """
            set -e
            cd "$(dirname "$0")"
            printf 'subjectAltName=IP:127.0.0.1,DNS:localhost\\nextendedKeyUsage=serverAuth\\n' > server.ext
            printf 'extendedKeyUsage=clientAuth\\n' > client.ext
            for ca in ca foreign; do
                openssl ecparam -name prime256v1 -genkey -noout -out $ca.key
                openssl req -x509 -new -key $ca.key -subj "/CN=$ca" -days 30 -out $ca.crt
            done
            make() { # name ca extension
                openssl ecparam -name prime256v1 -genkey -noout -out $1.key
                openssl req -new -key $1.key -subj "/CN=$1" -out $1.csr
                openssl x509 -req -in $1.csr -CA $2.crt -CAkey $2.key -CAcreateserial -days 20 -extfile $3.ext \
                    -out $1.crt
            }
            make server ca server; make renewed ca server; make apiserver ca client; make stranger foreign client
            """)
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [folder.path + "/make.sh"]
        let log = try folder.write("log", "")
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: URL(filePath: log))
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Yard.Unreadable(description: "openssl: \(try String(contentsOfFile: log, encoding: .utf8))")
        }
    }

    func path(_ name: String) -> String { "\(folder.path)/\(name)" }

    func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path(name)))) }

    /// What a listener proves its name with.
    func material(_ name: String = "server", clientCA: Bool = true) throws -> TLSMaterial {
        TLSMaterial(
            certificates: try bytes("\(name).crt"), privateKey: try bytes("\(name).key"),
            clientCA: clientCA ? try bytes("ca.crt") : nil)
    }
}
