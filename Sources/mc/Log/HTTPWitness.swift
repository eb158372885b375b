import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import TransparencyLog

/// A witness at an address.
struct HTTPWitness: WitnessTransport {
    private let url: String

    /// - Throws: ``UsageError`` unless it is an http or https URL.
    init(url: String) throws {
        guard url.hasPrefix("https://") || url.hasPrefix("http://") else {
            throw UsageError("the witness's address begins with https:// or http://, saw \(url.printable)")
        }
        self.url = (url.hasSuffix("/") ? String(url.dropLast()) : url) + "/add-checkpoint"
    }

    func post(_ body: [UInt8]) async throws -> WitnessResponse {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "content-type", value: "text/plain; charset=utf-8")
        request.body = .bytes(ByteBuffer(bytes: body))
        do {
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
            let answer = try await response.body.collect(upTo: 64 << 10)
            return WitnessResponse(
                status: Int(response.status.code),
                contentType: response.headers.first(name: "content-type") ?? "", body: Array(answer.readableBytesView))
        } catch {
            throw InputError(url, "no answer: \(error)")
        }
    }
}
