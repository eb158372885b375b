/// The next page's address in `Link` fields (RFC 8288; OCI distribution specification, "Listing Referrers").
enum LinkHeader: Hashable {
    case none
    /// The target as it was written, often relative.
    case next(String)
    /// A field that cannot be read. It may hide a page, so it is not the same as none.
    case malformed

    init(_ values: [String]) {
        self = .none
        for value in values {
            guard var scanner = HeaderScanner(value) else {
                self = .malformed
                return
            }
            scanner.skipSeparators()
            while !scanner.isAtEnd {
                guard let (target, isNext) = Self.link(&scanner) else {
                    self = .malformed
                    return
                }
                if isNext, case .none = self { self = .next(target) }
                scanner.skipSeparators()
            }
        }
    }

    private static func link(_ scanner: inout HeaderScanner) -> (target: String, isNext: Bool)? {
        guard scanner.accept("<"), let target = scanner.text(upTo: ">") else { return nil }
        var isNext = false
        while true {
            scanner.skipSpace()
            guard scanner.accept(";") else { break }
            scanner.skipSpace()
            guard let name = scanner.token() else { return nil }
            scanner.skipSpace()
            guard scanner.accept("=") else { continue }
            scanner.skipSpace()
            guard let value = scanner.next == UInt8(ascii: "\"") ? scanner.quotedString() : scanner.token() else {
                return nil
            }
            if name.lowercased() == "rel" {
                isNext = value.lowercased().split(separator: " ").contains("next")
            }
        }
        guard scanner.isAtEnd || scanner.next == UInt8(ascii: ",") else { return nil }
        return (target, isNext)
    }
}
