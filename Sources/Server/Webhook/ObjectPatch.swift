internal import Admission
internal import Core

/// A JSON Patch (RFC 6902) that pins tags.
enum ObjectPatch {
    /// The patch, each replacement guarded by a test of what it replaces; what has no plain place is left out.
    static func pinning(_ resolutions: [TagResolution]) -> JSONValue? {
        var operations: [JSONValue] = []
        for resolution in resolutions {
            for field in resolution.fields {
                guard let pointer = pointer(field) else { continue }
                operations.append(
                    ["op": "test", "path": .string(pointer), "value": .string(resolution.reference)])
                operations.append(
                    ["op": "replace", "path": .string(pointer), "value": .string(resolution.pinned)])
            }
        }
        return operations.isEmpty ? nil : .array(operations)
    }

    /// The JSON Pointer (RFC 6901) of a field such as `spec.containers[0].image`; `nil` when a name of it is not plain.
    static func pointer(_ field: String) -> String? {
        var pointer = ""
        for part in field.split(separator: ".", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "[", omittingEmptySubsequences: false)
            guard let name = pieces.first, !name.isEmpty, name.utf8.allSatisfy(isPlain) else { return nil }
            pointer += "/\(name)"
            for piece in pieces.dropFirst() {
                guard piece.hasSuffix("]"), let index = UInt32(piece.dropLast()) else { return nil }
                pointer += "/\(index)"
            }
        }
        return pointer
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
