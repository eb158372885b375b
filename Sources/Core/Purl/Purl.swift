/// A package URL in its canonical form (ECMA-427): `pkg:type/namespace/name@version?qualifiers#subpath`.
///
/// Two package URLs are equal when their canonical texts are the same bytes; that text is always ASCII.
package struct Purl: Sendable, Hashable, CustomStringConvertible {
    /// One `key=value` pair, decoded.
    package struct Qualifier: Sendable, Hashable {
        package let key: String
        package let value: String
    }

    /// The canonical text.
    package let description: String
    /// The type in lowercase, such as `npm`.
    package let type: String
    /// The namespace, decoded, its segments joined by `/`.
    package let namespace: String?
    /// The name, decoded; it may contain a `/` where the type allows one, as for `githubactions`.
    package let name: String
    package let version: String?
    /// Sorted by key; no value is empty.
    package let qualifiers: [Qualifier]
    /// The subpath, decoded, its segments joined by `/`.
    package let subpath: String?

    /// The longest accepted text, in UTF-8 bytes.
    package static let longest = Cap("bytes of a package URL", 8_192)
    /// How many qualifiers are accepted.
    package static let mostQualifiers = Cap("qualifiers of a package URL", 128)

    /// Parses a package URL and brings it into its canonical form, by the general rules and those of its type.
    ///
    /// What is merely not canonical is accepted: slashes after the scheme, capital letters where case has no meaning,
    /// characters that should have been encoded, an unencoded `@` of an npm scope.
    ///
    /// - Throws: ``PurlError`` when the text is not a package URL.
    package init(_ text: String) throws(PurlError) {
        do {
            try Self.longest.check(text.utf8.count)
        } catch {
            throw PurlError(.tooLong, .scheme, "\(error)")
        }
        var copy = text
        let result: Result<PurlParts, PurlError> = copy.withUTF8 { bytes in
            do throws(PurlError) {
                return .success(try PurlParser.parse(bytes))
            } catch {
                return .failure(error)
            }
        }
        try self.init(result.get())
    }

    init(_ raw: PurlParts) throws(PurlError) {
        let parts = try PurlTypeRules.apply(to: raw)
        description = parts.text
        type = parts.type
        namespace = parts.namespace.isEmpty ? nil : parts.namespace.joined(separator: "/")
        name = parts.name
        version = parts.version
        qualifiers = parts.qualifiers
        subpath = parts.subpath.isEmpty ? nil : parts.subpath.joined(separator: "/")
    }

    private init(nameOf purl: Purl, text: String) {
        description = text
        type = purl.type
        namespace = purl.namespace
        name = purl.name
        version = nil
        qualifiers = []
        subpath = nil
    }

    /// The value of a qualifier.
    package subscript(qualifier key: String) -> String? {
        qualifiers.first { $0.key.isSame(as: key) }?.value
    }

    /// The package of any version: type, namespace and name only.
    ///
    /// Qualifiers say which build or file of a version is meant and a subpath what within it, so none of them belongs
    /// to the package's name.
    package var withoutVersion: Purl {
        // Everything up to the first separator that can only begin one of the parts left out.
        let end = description.utf8.firstIndex { $0 == 0x40 || $0 == 0x3F || $0 == 0x23 } ?? description.endIndex
        return Purl(nameOf: self, text: String(description[..<end]))
    }

    package static func == (left: Purl, right: Purl) -> Bool { left.description.isSame(as: right.description) }

    package func hash(into hasher: inout Hasher) { hasher.combine(description) }
}
