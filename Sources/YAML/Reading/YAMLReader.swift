internal import Core

/// Reads YAML that people write, strictly: what two readers could understand in two ways is refused with its place.
///
/// Refused are duplicate keys (also by canonical equivalence), anchors, aliases, tags, merge keys, directives, keys
/// that are not text, and everything beyond the limits.
package enum YAMLReader {
    /// Reads every document of a text; empty documents are skipped.
    ///
    /// - Parameters:
    ///   - bytes: the text in UTF-8; a byte order mark may precede it.
    ///   - file: the file's name, for messages.
    ///   - limits: what the text may be at most.
    /// - Throws: ``YAMLError`` with line, column and field.
    package static func documents(
        _ bytes: [UInt8], file: String, limits: YAMLLimits = .standard
    ) throws(YAMLError) -> [YAMLCursor] {
        do {
            try limits.bytes.check(bytes.count)
        } catch {
            throw YAMLError(.tooLarge, "\(error)", file: file, mark: nil)
        }
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        do throws(YAMLText.Failure) {
            try YAMLText.check(text)
        } catch {
            throw YAMLError(error.code, error.message, file: file, mark: error.mark)
        }
        let result: Result<[YAMLNode], YAMLError> = text.withUnsafeBufferPointer { buffer in
            do throws(YAMLError) {
                var composer = YAMLComposer(file: file, limits: limits)
                return .success(try composer.compose(buffer))
            } catch {
                return .failure(error)
            }
        }
        return try result.get().map { YAMLCursor($0, file: file) }
    }

    /// Reads the only document of a text.
    ///
    /// - Throws: ``YAMLError``, also when there is none or more than one.
    package static func document(
        _ bytes: [UInt8], file: String, limits: YAMLLimits = .standard
    ) throws(YAMLError) -> YAMLCursor {
        let documents = try documents(bytes, file: file, limits: limits)
        guard let first = documents.first else {
            throw YAMLError(.shape, "expected a document, saw an empty file", file: file, mark: nil)
        }
        guard documents.count == 1 else {
            throw documents[1].error("expected one document in this file, saw another one here")
        }
        return first
    }
}
