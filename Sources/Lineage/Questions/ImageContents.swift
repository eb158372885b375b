package import Core

/// What is in an image, as its current bill of materials says it.
package struct ImageContents: Sendable, Hashable {
    /// A package of the image.
    package struct Package: Sendable, Hashable {
        /// The package URL or, of a component without one, `NAME@VERSION`.
        package let key: String
        /// The same without version.
        package let name: String
        package let isDirect: Bool
        package let scope: BillRecord.Package.Scope
        /// The places of the packages that it needs, within ``ImageContents/packages``.
        package let needs: [Int]
    }

    /// A bill of materials about the image.
    package struct Bill: Sendable, Hashable {
        package let digest: Digest
        package let format: String?
        package let version: String?
        /// When the document says that it was made or, when it does not, when it was first recorded.
        package let at: Instant
        /// The attestation that carries it; `nil` when nobody signed it.
        package let attestation: Digest?
    }

    package let image: Digest
    package let bill: Bill
    /// Sorted by key.
    package let packages: [Package]
    /// Older bills, and those that nobody signed beside one that somebody did; newest first.
    package let superseded: [Bill]
    package let quarantined: [BillRecord.Quarantined]
}

/// What is in one image and not, or in another version, in another.
package struct ContentsDifference: Sendable, Hashable {
    /// A package that both images have in different versions.
    package struct Change: Sendable, Hashable {
        /// The package's name, without version.
        package let name: String
        package let from: [String]
        package let to: [String]
    }

    package let from: Digest
    package let to: Digest
    package let added: [String]
    package let removed: [String]
    package let changed: [Change]

    /// Compares the contents of two images.
    package init(_ from: ImageContents, _ to: ImageContents) {
        self.from = from.image
        self.to = to.image
        func byName(_ contents: ImageContents) -> [[UInt8]: (name: String, keys: [String])] {
            var names: [[UInt8]: (name: String, keys: [String])] = [:]
            for package in contents.packages {
                names[Array(package.name.utf8), default: (package.name, [])].keys.append(package.key)
            }
            return names
        }
        let (left, right) = (byName(from), byName(to))
        var added: [String] = []
        var removed: [String] = []
        var changed: [Change] = []
        for name in Set(left.keys).union(right.keys).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            switch (left[name], right[name]) {
            case (nil, let right?): added += right.keys
            case (let left?, nil): removed += left.keys
            case (let left?, let right?):
                let (old, new) = (Self.without(left.keys, right.keys), Self.without(right.keys, left.keys))
                if old.isEmpty {
                    added += new
                } else if new.isEmpty {
                    removed += old
                } else {
                    changed.append(Change(name: left.name, from: old, to: new))
                }
            case (nil, nil): break
            }
        }
        self.added = added
        self.removed = removed
        self.changed = changed
    }

    private static func without(_ keys: [String], _ others: [String]) -> [String] {
        let known = Set(others.map { Array($0.utf8) })
        return keys.filter { !known.contains(Array($0.utf8)) }
    }

    package var isEmpty: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty }
}
