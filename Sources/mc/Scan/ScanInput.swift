import Core
import Foundation
import YAML

/// Reads what `kubectl get … -o json` or `-o yaml` wrote: files, or folders of them.
enum ScanInput {
    private static let maximumSize = Cap("bytes of a file of objects", 256 << 20)
    private static let maximumFiles = Cap("files of a folder", 10_000)

    /// The objects, lists taken apart.
    ///
    /// - Throws: ``InputError`` when something cannot be read.
    static func objects(_ path: String) throws -> [JSONValue] {
        guard InputFile.isDirectory(path) else { return try file(path) }
        let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted().filter { name in
            [".json", ".yaml", ".yml"].contains { name.hasSuffix($0) }
        }
        try maximumFiles.check(names.count)
        guard !names.isEmpty else { throw InputError(path, "holds no .json or .yaml file") }
        return try names.flatMap { try file("\(path)/\($0)") }
    }

    private static func file(_ path: String) throws -> [JSONValue] {
        let bytes = try InputFile.read(path == "-" ? "/dev/stdin" : path, cap: maximumSize)
        let isJSON = bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: "{")
        do {
            if isJSON {
                let limits = JSONLimits(bytes: maximumSize.limit, depth: 64, values: 20_000_000)
                return try expand(JSONValue(parsing: bytes, limits: limits))
            }
            return try YAMLReader.documents(bytes, file: path.printable).flatMap { try expand($0.json) }
        } catch let error as InputError {
            throw error
        } catch {
            throw InputError(path, "\(error)")
        }
    }

    private static func expand(_ document: JSONValue) throws -> [JSONValue] {
        guard document.object != nil else { throw InputError("a document", "expected an object, saw \(document.kind)") }
        guard let kind = document["kind"]?.string, kind.hasSuffix("List"), let items = document["items"]?.array else {
            return [document]
        }
        return items.map { item in
            // Items of a typed list may leave out what the list says.
            guard var object = item.object, kind != "List" else { return item }
            if object["kind"] == nil { object["kind"] = .string(String(kind.dropLast(4))) }
            if object["apiVersion"] == nil { object["apiVersion"] = document["apiVersion"] }
            return .object(object)
        }
    }
}
