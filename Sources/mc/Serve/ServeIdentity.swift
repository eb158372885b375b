import AsyncHTTPClient
import Core
import Foundation
import NIOCore
import NIOHTTP1
import Server

/// The OpenID provider of the API, and where its keys come from.
enum ServeIdentity {
    private static let maximumAnswer = Cap("bytes of a provider's answer", 1 << 20)

    /// - Throws: ``UsageError`` when a role is unknown.
    static func provider(_ configuration: ServeConfiguration) throws -> OpenIDProvider? {
        guard let openID = configuration.openID else { return nil }
        let rules = try openID.rules.map { rule in
            guard let role = Role(rawValue: rule.role) else {
                throw UsageError(
                    "api.oidc.roles: expected \(Role.allCases.map(\.rawValue).joined(separator: ", ")), saw "
                        + rule.role.printable)
            }
            return OpenIDProvider.RoleRule(role: role, claim: rule.claim, value: rule.value)
        }
        if let path = openID.keys {
            return OpenIDProvider(issuer: openID.issuer, audience: openID.audience, rules: rules) {
                String(decoding: try InputFile.read(path, cap: maximumAnswer), as: UTF8.self)
            }
        }
        let issuer = openID.issuer
        return OpenIDProvider(issuer: issuer, audience: openID.audience, rules: rules) {
            let base = issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer
            let document = try await fetch("\(base)/.well-known/openid-configuration")
            let discovered = try JSONValue(parsing: document, limits: JSONLimits(bytes: maximumAnswer.limit))
            guard discovered["issuer"]?.string.map({ $0.utf8.elementsEqual(issuer.utf8) }) == true,
                let address = discovered["jwks_uri"]?.string, address.hasPrefix("https://")
            else { throw UsageError("\(base): the discovery document is of another issuer, or names no jwks_uri") }
            return String(decoding: try await fetch(address), as: UTF8.self)
        }
    }

    private static func fetch(_ address: String) async throws -> [UInt8] {
        let response = try await HTTPClient.shared.execute(
            HTTPClientRequest(url: address), timeout: .seconds(5))
        guard response.status == .ok else { throw UsageError("\(address): answered \(response.status.code)") }
        return Array(try await response.body.collect(upTo: maximumAnswer.limit).readableBytesView)
    }
}
