internal import Core

/// What the fuzz targets `bill` and `billxml` in `Fuzz/` drive, and nothing else.
@_spi(Fuzzing)
public enum FuzzTargets {
    /// A bill of materials from its bytes, whatever they are: what is read is whole, and reads alike however it is split.
    public static func bill(_ bytes: [UInt8]) -> String? {
        let limits = BillLimits(compressed: 1 << 20, bytes: 1 << 20, components: 10_000, dependencies: 20_000)
        let whole = read(BytesSource(bytes), limits)
        guard case .success(let bill) = whole else {
            if bytes.count < 4_096, case .success = read(BytesSource(bytes, piece: 1), limits) {
                return "a document is refused however it is split"
            }
            return nil
        }
        let places = 0..<bill.components.count + 1
        for component in bill.components {
            if component.name.isEmpty { return "a component has a name" }
            if let parent = component.parent, !places.contains(parent) { return "a parent is a component" }
            if let purl = component.purl, (try? Purl(purl.description)) != purl, purl.type != "julia" {
                return "a package URL is canonical"
            }
            _ = component.digest
            _ = bill.directness(component.index)
        }
        for dependency in bill.dependencies where !places.contains(dependency.from) || !places.contains(dependency.to) {
            return "a dependency is between components"
        }
        if !bill.subjects.allSatisfy({ places.contains($0) }) { return "a subject has its place" }
        if bill.quarantined.count > bill.quarantinedCount { return "what is listed was counted" }
        if bytes.count < 4_096 {
            guard case .success(let split) = read(BytesSource(bytes, piece: 1), limits) else {
                return "a document is accepted however it is split"
            }
            if split.digest != bill.digest || !split.components.elementsEqual(bill.components)
                || !split.dependencies.elementsEqual(bill.dependencies)
            {
                return "a document reads alike however it is split"
            }
        }
        return nil
    }

    private static func read(_ source: BytesSource, _ limits: BillLimits) -> Result<BillOfMaterials, BillError> {
        do throws(BillError) {
            return .success(try BillOfMaterials.read(from: source, limits: limits))
        } catch {
            return .failure(error)
        }
    }
}
