internal import Core

/// The body of an answer that is an error.
enum ErrorBody {
    static func json(_ message: String) -> [UInt8] { (["error": .string(message)] as JSONValue).canonical }
}
