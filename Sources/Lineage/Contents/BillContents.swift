internal import Core

/// The packages of a bill by their ids in a store, and their dependencies, in a few bytes each.
///
/// A version, the number of packages, and for each, in the order of ids: the distance to the id before, its flags, how
/// many packages it needs, and the distances between their places. All numbers are unsigned LEB128.
struct BillContents: Sendable, Hashable {
    struct Package: Sendable, Hashable {
        let id: Int64
        let isDirect: Bool
        let scope: BillRecord.Package.Scope
        /// The places of the packages that it needs, sorted.
        var needs: [Int]
    }

    /// Sorted by id, each once.
    let packages: [Package]

    private static let version: UInt64 = 1

    /// - Parameter ids: the ids of the record's packages; packages of one id become one.
    init(_ record: BillRecord, ids: [Int64]) {
        let order = Set(ids).sorted()
        let places = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
        var direct = [Bool](repeating: false, count: order.count)
        var scopes = [BillRecord.Package.Scope](repeating: .excluded, count: order.count)
        for (index, package) in record.packages.enumerated() {
            guard let place = places[ids[index]] else { continue }
            direct[place] = direct[place] || package.isDirect
            scopes[place] = Self.wider(scopes[place], package.scope)
        }
        var needs = [Set<Int>](repeating: [], count: order.count)
        for dependency in record.dependencies {
            guard let from = places[ids[dependency.from]], let to = places[ids[dependency.to]], from != to else {
                continue
            }
            needs[from].insert(to)
        }
        packages = order.indices.map {
            Package(id: order[$0], isDirect: direct[$0], scope: scopes[$0], needs: needs[$0].sorted())
        }
    }

    /// Of two components of one package, the scope of the one that is more surely there.
    private static func wider(
        _ left: BillRecord.Package.Scope, _ right: BillRecord.Package.Scope
    ) -> BillRecord.Package.Scope {
        func rank(_ scope: BillRecord.Package.Scope) -> Int {
            switch scope {
            case .required: 0
            case .unknown: 1
            case .optional: 2
            case .excluded: 3
            }
        }
        return rank(left) <= rank(right) ? left : right
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(varint: Self.version)
        bytes.append(varint: UInt64(packages.count))
        var last: Int64 = 0
        for package in packages {
            bytes.append(varint: UInt64(package.id - last))
            last = package.id
            bytes.append(varint: UInt64(package.scope.rawValue) << 1 | (package.isDirect ? 1 : 0))
            bytes.append(varint: UInt64(package.needs.count))
            var before = 0
            for place in package.needs {
                bytes.append(varint: UInt64(place - before))
                before = place
            }
        }
        return bytes
    }

    /// Reads what ``bytes`` wrote.
    ///
    /// - Throws: ``LineageError`` `corrupt` for anything else.
    init(_ bytes: [UInt8]) throws(LineageError) {
        var reader = VarintReader(bytes)
        guard try reader.next() == Self.version else { throw VarintReader.damaged }
        let count = try reader.count(atMost: BillRecord.maximumPackages.limit)
        var packages: [Package] = []
        packages.reserveCapacity(min(count, bytes.count))
        var last: Int64 = 0
        for index in 0..<count {
            let distance = try reader.next()
            guard let id = Int64(exactly: distance).map({ last.addingReportingOverflow($0) }), !id.overflow,
                index == 0 || distance > 0
            else { throw VarintReader.damaged }
            last = id.partialValue
            let flags = try reader.next()
            guard flags >> 1 <= 3, let scope = BillRecord.Package.Scope(rawValue: UInt8(flags >> 1)) else {
                throw VarintReader.damaged
            }
            var needs: [Int] = []
            var before = 0
            for number in 0..<(try reader.count(atMost: count)) {
                let step = try reader.count(atMost: count)
                before += step
                guard before < count, number == 0 || step > 0 else { throw VarintReader.damaged }
                needs.append(before)
            }
            packages.append(Package(id: last, isDirect: flags & 1 == 1, scope: scope, needs: needs))
        }
        guard reader.isAtEnd else { throw VarintReader.damaged }
        self.packages = packages
    }
}

extension [UInt8] {
    /// Appends a number as unsigned LEB128.
    mutating func append(varint number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }
}

/// Reads unsigned LEB128, each number in its shortest form.
struct VarintReader {
    private let bytes: [UInt8]
    private var offset = 0

    static let damaged = LineageError(
        .corrupt, "the contents of a bill of materials cannot be read; restore a backup, or record the bill again")

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { offset == bytes.count }

    mutating func next() throws(LineageError) -> UInt64 {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            guard shift < 63 || byte <= 1 else { throw Self.damaged }
            number |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 {
                guard byte != 0 || shift == 0 else { throw Self.damaged }
                return number
            }
            shift += 7
            guard shift <= 63 else { throw Self.damaged }
        }
        throw Self.damaged
    }

    mutating func count(atMost limit: Int) throws(LineageError) -> Int {
        guard let count = Int(exactly: try next()), count <= limit else { throw Self.damaged }
        return count
    }
}
