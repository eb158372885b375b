internal import Compression
package import Core

extension BillOfMaterials {
    /// Reads a bill of materials: CycloneDX 1.2 to 1.7 as JSON or XML, SPDX 2.2 and 2.3 as JSON, the core of SPDX 3 as
    /// JSON-LD; plain or compressed by gzip, xz, zstd or bzip2; bare or as the predicate of an in-toto statement.
    ///
    /// - Throws: ``BillError`` when the document as a whole cannot be read. What is wrong with one part is listed in
    ///   ``quarantined`` instead.
    package static func read(
        from source: any ByteSource, limits: BillLimits = .standard
    ) throws(BillError) -> BillOfMaterials {
        do {
            let document = HashingSource(try DecompressedSource(source, limits: limits.decompression))
            var head = try document.peek()
            // A byte order mark is no part of the text (RFC 8259 §8.1 lets a reader ignore it).
            if head.starts(with: [0xEF, 0xBB, 0xBF]) {
                document.dropFirst(3)
                head = try document.peek()
            }
            let first = head.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
            // 0xFE and 0xFF begin UTF-16, in which XML may be written.
            let isXML = first == 0x3C || first == 0xFE || first == 0xFF
            var builder: BillBuilder
            if isXML {
                builder = try CycloneDXXMLReader.read(document, limits: limits)
            } else {
                var reader = BillJSONReader(limits: limits)
                try reader.read(document)
                builder = reader.builder
            }
            return try builder.finish(isXML: isXML, digest: document.digest, byteCount: document.count)
        } catch {
            throw BillError(error)
        }
    }

    /// Reads a bill of materials that is in memory, as ``read(from:limits:)``.
    package static func read(
        _ bytes: [UInt8], limits: BillLimits = .standard
    ) throws(BillError) -> BillOfMaterials {
        try read(from: BytesSource(bytes), limits: limits)
    }
}
