internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdTLS
internal import NIOCore
internal import NIOSSL
@_spi(Benchmark) internal import Rehearsal

/// A webhook that parses the review and allows: what no webhook on the same server and the same parser can exceed.
///
/// Usage: `ceiling PORT CERTIFICATE KEY [CLIENT_CA [required]]`
@main
enum Main {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard (3...5).contains(arguments.count), let port = Int(arguments[0]) else {
            FileHandle.standardError.write(
                Data("usage: ceiling PORT CERTIFICATE KEY [CLIENT_CA [required]]\n".utf8))
            exit(2)
        }
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(arguments[1]).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: arguments[2], format: .pem)))
        if arguments.count >= 4 {
            tls.trustRoots = .file(arguments[3])
            tls.certificateVerification = arguments.count == 5 ? .noHostnameVerification : .optionalVerification
        }
        let router = Router()
        router.post("/v1/validate") { request, _ -> Response in
            let body = try await request.body.collect(upTo: 4 << 20)
            guard let answer = BareWebhook.answer(Array(body.readableBytesView)) else {
                throw HTTPError(.badRequest)
            }
            var headers = HTTPFields()
            headers[.contentType] = "application/json"
            return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer)))
        }
        let application = Application(
            router: router, server: try .tls(.http1(), tlsConfiguration: tls),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)))
        try await application.runService()
    }
}
