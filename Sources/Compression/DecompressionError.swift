package import Core

/// Bytes that cannot be decompressed, with the place.
package struct DecompressionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong.
    package struct Code: Sendable, Hashable {
        private enum Value: Sendable, Hashable { case truncated, corrupt, trailingBytes, tooLarge, unavailable }
        private let value: Value

        /// The bytes end before what they hold does.
        package static let truncated = Code(value: .truncated)
        /// The bytes are not of their format, or a checksum differs.
        package static let corrupt = Code(value: .corrupt)
        /// Something follows that is not of the format.
        package static let trailingBytes = Code(value: .trailingBytes)
        /// A cap was passed.
        package static let tooLarge = Code(value: .tooLarge)
        /// The system's library gave no decoder.
        package static let unavailable = Code(value: .unavailable)
    }

    package let code: Code
    package let format: CompressionFormat
    /// What was seen and what was expected.
    package let message: String
    /// The cap that was passed, for ``Code/tooLarge``.
    package let cap: Cap?
    /// How many compressed bytes had been read.
    package let offset: Int

    init(_ code: Code, _ format: CompressionFormat, _ message: String, cap: Cap? = nil, at offset: Int = 0) {
        self.code = code
        self.format = format
        self.message = message
        self.cap = cap
        self.offset = offset
    }

    func at(_ offset: Int) -> DecompressionError {
        DecompressionError(code, format, message, cap: cap, at: offset)
    }

    package var description: String { "\(format.rawValue), compressed byte \(offset): \(message)" }
}
