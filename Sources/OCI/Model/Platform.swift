internal import Core

/// What an image runs on (OCI image index, "platform").
package struct Platform: Sendable, Hashable, CustomStringConvertible {
    package let os: String
    package let architecture: String
    package let variant: String?

    package init(os: String, architecture: String, variant: String? = nil) {
        self.os = os
        self.architecture = architecture
        self.variant = variant
    }

    init(_ cursor: JSONCursor) throws(JSONError) {
        os = try cursor.required("os").string()
        architecture = try cursor.required("architecture").string()
        variant = try cursor.optional("variant")?.string()
    }

    package var description: String { [os, architecture, variant].compactMap { $0 }.joined(separator: "/") }

    var json: JSONValue {
        var object = JSONObject()
        object["architecture"] = .string(architecture)
        object["os"] = .string(os)
        if let variant { object["variant"] = .string(variant) }
        return .object(object)
    }
}
