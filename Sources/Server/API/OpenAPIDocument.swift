/// The description of the API (OpenAPI 3.1), as it is served under `/openapi.json`.
enum OpenAPIDocument {
    static let bytes: [UInt8] = PackageResources.openapi_json
}
