extension StringProtocol {
    /// Whether two texts are the same bytes.
    ///
    /// Swift's `==` is canonical equivalence: U+212A KELVIN SIGN equals "K", and combining marks may change places.
    /// What is signed or decides something is compared with this instead.
    package func isSame(as other: some StringProtocol) -> Bool {
        utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
    }
}

extension String {
    /// Whether two texts are the same bytes; what most comparisons are, without a walk over iterators.
    package func isSame(as other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        let equal = utf8.withContiguousStorageIfAvailable { left in
            other.utf8.withContiguousStorageIfAvailable { right in left.elementsEqual(right) }
        }
        return (equal ?? nil) ?? utf8.elementsEqual(other.utf8)
    }
}
