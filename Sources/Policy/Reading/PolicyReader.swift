internal import Core
package import YAML

/// Reads policy documents, strictly: whatever is not understood is an error with file, line, column and field.
package enum PolicyReader {
    /// How many regular expressions a bundle may hold: each may compile to 10 000 instructions.
    static let maximumRegexps = Cap("regular expressions", 256)

    /// Reads the documents of one file.
    ///
    /// - Parameters:
    ///   - bytes: YAML in UTF-8.
    ///   - file: the file's path within the bundle, for messages.
    ///   - files: further files that documents may name, such as a `trusted_root.json`, by path.
    /// - Throws: ``YAMLError``, the first there is.
    package static func documents(
        _ bytes: [UInt8], file: String, files: [String: [UInt8]] = [:]
    ) throws(YAMLError) -> [PolicyDocument] {
        let reading = read(named: [file: bytes], attachments: files)
        if let error = reading.errors.first { throw error }
        return reading.documents
    }

    /// Reads all documents of a bundle's files.
    ///
    /// - Parameter files: content by path; those that end in `.yaml` or `.yml` are read, in the order of their paths,
    ///   others only where a document names them.
    /// - Returns: what could be read, and of each document that could not the first error.
    package static func read(_ files: [String: [UInt8]]) -> PolicyReading {
        read(named: files.filter { $0.key.hasSuffix(".yaml") || $0.key.hasSuffix(".yml") }, attachments: files)
    }

    private static func read(named texts: [String: [UInt8]], attachments: [String: [UInt8]]) -> PolicyReading {
        var reading = PolicyReading()
        var regexps = 0
        let reader = DocumentReader(files: attachments)
        for (file, bytes) in texts.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            do throws(YAMLError) {
                for root in try YAMLReader.documents(bytes, file: file) {
                    reading.take(root, by: reader, &regexps)
                }
            } catch {
                reading.errors.append(error)
            }
        }
        return reading
    }
}

/// What was read of a bundle's files.
package struct PolicyReading: Sendable {
    /// The documents in the order of their files' paths and lines.
    package internal(set) var documents: [PolicyDocument] = []
    /// What could not be read; a bundle with errors is not used.
    package internal(set) var errors: [YAMLError] = []
    var places = PolicyPlaces()

    init() {}

    fileprivate mutating func take(_ root: YAMLCursor, by reader: DocumentReader, _ regexps: inout Int) {
        do throws(YAMLError) {
            regexps += Self.regexps(in: root.node)
            if regexps > PolicyReader.maximumRegexps.limit {
                throw root.error("\(CapExceeded(cap: PolicyReader.maximumRegexps, seen: regexps))", .tooLarge)
            }
            let document = PolicyDocument(try reader.read(root), file: root.file, line: root.mark.line)
            documents.append(document)
            places.add(root)
        } catch {
            errors.append(error)
        }
    }

    /// The tree is at most as deep as the reader's cap.
    private static func regexps(in node: YAMLNode) -> Int {
        switch node.value {
        case .sequence(let nodes): nodes.reduce(0) { $0 + regexps(in: $1) }
        case .mapping(let entries):
            entries.reduce(0) { $0 + regexps(in: $1.value) + ($1.key.isSame(as: "subjectRegexp") ? 1 : 0) }
        default: 0
        }
    }
}
