import Core
import Testing

/// Signatures over "hello world" that OpenSSL 3 made, each with its key.
struct SignatureVector: Sendable, CustomTestStringConvertible {
    let name: String
    let scheme: SignatureScheme
    /// The SubjectPublicKeyInfo in base64.
    let key: String
    /// In base64.
    let signature: String

    var testDescription: String { "\(name), \(scheme)" }

    static let message = Array("hello world".utf8)

    static let all: [SignatureVector] = [
        SignatureVector(
            name: "P-256", scheme: .ecdsa(.sha256),
            key: "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE6T5obdw2fKu+g/TxpB21mILVUPGCm1njc1LB/AiCm7hE6I3GqHKrmJ6TW47I"
                + "e1+nihUuNAfu9efHibw3EgEfLw==",
            signature:
                "MEQCIEkPEXNjydK8/64R6d0t4qUp9JwoMmp1e7WjN5cH0ysbAiACgUejBLYPJVlHb5kTPwQL6uc20DdqQiF8VX3Y0aHU4g=="),
        SignatureVector(
            name: "P-256", scheme: .ecdsa(.sha512),
            key: "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE6T5obdw2fKu+g/TxpB21mILVUPGCm1njc1LB/AiCm7hE6I3GqHKrmJ6TW47I"
                + "e1+nihUuNAfu9efHibw3EgEfLw==",
            signature:
                "MEYCIQDb9/Smmbc7033gi53oyni0zihMJYdZ2GBjxYeqpZP7lQIhAIuiEpSiQyq4ungnpOuhDcpVq4wvrcRccnPMRcqRZWHS"),
        SignatureVector(
            name: "P-384", scheme: .ecdsa(.sha256),
            key: "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEDqUOn4GtxIlxt6Yux1DJUyKSwL47knF6RugB3QyLVZzcoCzjzSV+TYcwuT+DfyKa"
                + "NcuzGqogHws1Cc/bOlJ4AHHQOybz92D1U+yYFIyhPPFYRmGV+0hv9qcKM1JJG2cf",
            signature:
                "MGUCMQCCSSJkwV7xG2WOci2wh9TLlfFUTAezY7nNpo5AuFh/CV5N0xFD40qXx1JPoWd4BGECMGmDGVPK/eJlxai4wigqgt9i"
                + "lXdDZRkHIHoeCDcqM1DBLnzihR83RQbPrps1o3ByvA=="),
        SignatureVector(
            name: "P-384", scheme: .ecdsa(.sha384),
            key: "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEDqUOn4GtxIlxt6Yux1DJUyKSwL47knF6RugB3QyLVZzcoCzjzSV+TYcwuT+DfyKa"
                + "NcuzGqogHws1Cc/bOlJ4AHHQOybz92D1U+yYFIyhPPFYRmGV+0hv9qcKM1JJG2cf",
            signature:
                "MGQCMEd0HCPdSSisIxAx2UyAGkPCIqUPltWSPx5l9aB6zP8GxQX3tQpWWxFEOQAO0gM2aAIwGb4VYAeXMZeosR2xBI19qY+e"
                + "FFkO0Up/QMrlo+1btW+qduy4KorlMEoT8/2mULcj"),
        SignatureVector(
            name: "P-384", scheme: .ecdsa(.sha512),
            key: "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEDqUOn4GtxIlxt6Yux1DJUyKSwL47knF6RugB3QyLVZzcoCzjzSV+TYcwuT+DfyKa"
                + "NcuzGqogHws1Cc/bOlJ4AHHQOybz92D1U+yYFIyhPPFYRmGV+0hv9qcKM1JJG2cf",
            signature:
                "MGUCMQCx80vXx/fviwXPAq2KHOihX/6HMX4iLUkQANUiIDi8ycknlTNUomghkVK4GKFfdToCMHstyB/US2GyI4RxAaomkded"
                + "8986TKIich6ZzOuk2AFHVfLLIDjsPLxV08mFYYINgQ=="),
        SignatureVector(
            name: "P-521", scheme: .ecdsa(.sha256),
            key: "MIGbMBAGByqGSM49AgEGBSuBBAAjA4GGAAQBALTVxWCOTT4JO65zLE4KiiF9Facc9HLLZUljNSjXWEmqZ15m82SArau/IPY/"
                + "6GxWvxg9pYvUvY/0q5y7N8dU9EwAMVF/+sU8apymCDQy4+vOMILLEZEKK/sfQc/jvYY9pmppXKePQ+mrx7t9xcyKVuFUgPZb"
                + "T2H91ZSkzWOu6MKzHCw=",
            signature:
                "MIGIAkIBaGjUn874m/fdqvoOXG+AZPxGJPu8gQposrk+sAAeeczK2j0BmgFlGLubCMyeP6pPfmoUrEwIHJrtDV9gqba4bxkC"
                + "QgCZJeaWrXvn3H3OfGgpURDVMGFujS9IuevFAfY3Z2iJQjl9EruLvdiegP26CbwmOLuAHboqQUz7reM9FgcZ+4BiiA=="),
        SignatureVector(
            name: "P-521", scheme: .ecdsa(.sha384),
            key: "MIGbMBAGByqGSM49AgEGBSuBBAAjA4GGAAQBALTVxWCOTT4JO65zLE4KiiF9Facc9HLLZUljNSjXWEmqZ15m82SArau/IPY/"
                + "6GxWvxg9pYvUvY/0q5y7N8dU9EwAMVF/+sU8apymCDQy4+vOMILLEZEKK/sfQc/jvYY9pmppXKePQ+mrx7t9xcyKVuFUgPZb"
                + "T2H91ZSkzWOu6MKzHCw=",
            signature:
                "MIGIAkIB2gZBYlmaAgdJzBJ6ifhVMZTWDkjlPPFYb5tSU489ifp6ZLWw5dPTOOQfvlwBvR202v6SWT+bjx30k1RwqWtqf8QC"
                + "QgC9SgDHncQ3RpwqD8jKQ26Z8+Qt6Odcgia3fkNT/C8RikfMjl2qV9xg9qagWrWPq0OEFtuUWNi54Ro4Mdn7Iyo6fg=="),
        SignatureVector(
            name: "P-521", scheme: .ecdsa(.sha512),
            key: "MIGbMBAGByqGSM49AgEGBSuBBAAjA4GGAAQBALTVxWCOTT4JO65zLE4KiiF9Facc9HLLZUljNSjXWEmqZ15m82SArau/IPY/"
                + "6GxWvxg9pYvUvY/0q5y7N8dU9EwAMVF/+sU8apymCDQy4+vOMILLEZEKK/sfQc/jvYY9pmppXKePQ+mrx7t9xcyKVuFUgPZb"
                + "T2H91ZSkzWOu6MKzHCw=",
            signature:
                "MIGGAkFNiZT4IGczHQMqayzCJbakvniF9rHq1MZCsO8kP+/evXrL/H6xBaNRl3HHRooFKFdlMtj/YuHsmXtOWORt+b325gJB"
                + "Go44+xZlahmBkhDQjke82gVsE4s2hHAt9y0SywAts9nUkOSPcOraefBYdBX+xrN/dCAf22SalEQ5nDWENGfLKjY="),
        SignatureVector(
            name: "RSA", scheme: .rsaPKCS1(.sha256),
            key: "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA2JhJZkSI1u79tGsP5N1SOlBtDoBKX5aZ6DZwRP5VlSeAy2YVL01n"
                + "XIBk+iq8xatk0IXHuC8DZGuD6vlUfL45ZmiRx8zxkKy4nHCAEia1BGFI0d6JltE5AULi6m8So1mCEqOU1HdYT9uJhYKj4xMx"
                + "hPtVwgoJTH54ZDvCV4w+VzkPaFN5YTrqDHj4xx+FqKFdU7GmSxkFS62GESqdk71oEwt2tbhWAMYwpDkGNV6dI6strF+vrhSm"
                + "PE7+d2B/vMpa7vzl6pIi7xnVrqV963jJEWOG0G93rOQdOiicKngsIFgh0z3q6UmMQwc9oactOxynj2jhALBC1MrGihIGDFQJ"
                + "nQIDAQAB",
            signature:
                "UqZl17CgpkiSnuRt/LgK5vqHK0Kt8VvvrV9kgYq4KM7+tlgFtfWZpAaO7RGC48g+aV71bvPZ6abKM7SOC363sxAJvp+WRCtH"
                + "7+QUeG4FmKv9WjNYJP1XZAmQsJ/wef2j5Bzhi95fgz8LYacznrs0kMek+lo1dcGPcjKSTPHz4XUdij41O9jPwuc1aEomhJ7Q"
                + "COCDpPOFkxAmfaNPtTZT7K1Ima7Y/yBtpZM8YWtW9D2dH0eWfiuNrlRLbPiFJjjU8OSwaw1xjyqqWasLJpim18y8N1CyJWAv"
                + "AoFXGuHHSY7X8CWYT7tocglLBw6099+DEqptSSEV5fvJ+TC56F3Hhw=="),
        SignatureVector(
            name: "RSA", scheme: .rsaPSS(.sha256),
            key: "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA2JhJZkSI1u79tGsP5N1SOlBtDoBKX5aZ6DZwRP5VlSeAy2YVL01n"
                + "XIBk+iq8xatk0IXHuC8DZGuD6vlUfL45ZmiRx8zxkKy4nHCAEia1BGFI0d6JltE5AULi6m8So1mCEqOU1HdYT9uJhYKj4xMx"
                + "hPtVwgoJTH54ZDvCV4w+VzkPaFN5YTrqDHj4xx+FqKFdU7GmSxkFS62GESqdk71oEwt2tbhWAMYwpDkGNV6dI6strF+vrhSm"
                + "PE7+d2B/vMpa7vzl6pIi7xnVrqV963jJEWOG0G93rOQdOiicKngsIFgh0z3q6UmMQwc9oactOxynj2jhALBC1MrGihIGDFQJ"
                + "nQIDAQAB",
            signature:
                "XQtuV+HFuCsnWL42ScFqJF71zWWrHy//M+6dIE/0lH8xGO1gehbyg2fy88n0NM+FHbiFwFsIrPpCDrfwztaDJKf34Mo4oUT2"
                + "keb6mU/CwTKfRvVrmPO+S3w2S9qP4uRPU4CNIIQWZ/pOHIwS/BkwicJ7gc9ukqKwMUTzyCGoB7UtutUzS9lB3C4OUWCma8Rb"
                + "JYuPKoqQWg7JI6tPoKen1AHy5K0XD/5Qr2T8oWxjDrYgMYNGndvhg0xfesAp/XxLBPXxPCBAHMi5wMkaPtUKzDeJHLSNUDWY"
                + "SIzM4M0PT/T6WbN6ITkwBsVjZs45n9+hqXcpSRvns6q4fYE3NcKSfA=="),
        SignatureVector(
            name: "RSA", scheme: .rsaPKCS1(.sha384),
            key: "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA2JhJZkSI1u79tGsP5N1SOlBtDoBKX5aZ6DZwRP5VlSeAy2YVL01n"
                + "XIBk+iq8xatk0IXHuC8DZGuD6vlUfL45ZmiRx8zxkKy4nHCAEia1BGFI0d6JltE5AULi6m8So1mCEqOU1HdYT9uJhYKj4xMx"
                + "hPtVwgoJTH54ZDvCV4w+VzkPaFN5YTrqDHj4xx+FqKFdU7GmSxkFS62GESqdk71oEwt2tbhWAMYwpDkGNV6dI6strF+vrhSm"
                + "PE7+d2B/vMpa7vzl6pIi7xnVrqV963jJEWOG0G93rOQdOiicKngsIFgh0z3q6UmMQwc9oactOxynj2jhALBC1MrGihIGDFQJ"
                + "nQIDAQAB",
            signature:
                "bZL/VyHriDGoZeEN7V4ZnzNAt6xln8gGjGeQvaNQGX45jl/ViDTL6siPUkmdoGKNSpzEkHtvfSB0ZEOCegd9qg597CQaIY/4"
                + "YwUQvViDIi8rBeiYw8YYVbqMipmTYQi/B7TuEUdp8LRZMjmSXIAAA3drSMfCReoXBQOJ+da155V87B7ixvJB40CEJd6Wjv0J"
                + "1WoJmBhxD3xg5TrBU5GppWtxRcFbBkhYsii+JQp5fOKU1sZnzh63gHTtnZ91zOafiLLkzk5s8TLhc1rtia5cMkiX4R8tBMi3"
                + "+5yH9n+EyzdRjsjsN3O6oXsXwmFJMFSbgTjlpwPqjzGHe20eGrNPJg=="),
        SignatureVector(
            name: "RSA", scheme: .rsaPSS(.sha384),
            key: "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA2JhJZkSI1u79tGsP5N1SOlBtDoBKX5aZ6DZwRP5VlSeAy2YVL01n"
                + "XIBk+iq8xatk0IXHuC8DZGuD6vlUfL45ZmiRx8zxkKy4nHCAEia1BGFI0d6JltE5AULi6m8So1mCEqOU1HdYT9uJhYKj4xMx"
                + "hPtVwgoJTH54ZDvCV4w+VzkPaFN5YTrqDHj4xx+FqKFdU7GmSxkFS62GESqdk71oEwt2tbhWAMYwpDkGNV6dI6strF+vrhSm"
                + "PE7+d2B/vMpa7vzl6pIi7xnVrqV963jJEWOG0G93rOQdOiicKngsIFgh0z3q6UmMQwc9oactOxynj2jhALBC1MrGihIGDFQJ"
                + "nQIDAQAB",
            signature:
                "DIH2Wbwn9P9XZ/Kx3c1FG5SrMFG0ZlU81t8qSxOWnKmaFg/qPL5ydD1dYI0r0KaZg9BN4+hXJCYfFMayqQ0t1GR505EGRwqv"
                + "Ypm99g5evuxTsMXu49zpICVP5i45xCo0YO5LN22ZqqqeKse9/KJi3QRAg3OyisUnRHpxII1JXxfUzjY9E82NPPg061TtPDqD"
                + "SJuH8pL4pnWa8xMP2APkOQNBQs5k7O7/65kZvzIbGPveGB0KvaXyg4lsyDXGlZ8O57VgpBLzSYtx+oLSrZkVdU2PmjtaxHMc"
                + "IBlnL87jWV/9r+O77xMZ6Vfuufm7jH+dfQf5BX8OLHuvC6NhtmlvTw=="),
        SignatureVector(
            name: "RSA", scheme: .rsaPKCS1(.sha512),
            key: "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA2JhJZkSI1u79tGsP5N1SOlBtDoBKX5aZ6DZwRP5VlSeAy2YVL01n"
                + "XIBk+iq8xatk0IXHuC8DZGuD6vlUfL45ZmiRx8zxkKy4nHCAEia1BGFI0d6JltE5AULi6m8So1mCEqOU1HdYT9uJhYKj4xMx"
                + "hPtVwgoJTH54ZDvCV4w+VzkPaFN5YTrqDHj4xx+FqKFdU7GmSxkFS62GESqdk71oEwt2tbhWAMYwpDkGNV6dI6strF+vrhSm"
                + "PE7+d2B/vMpa7vzl6pIi7xnVrqV963jJEWOG0G93rOQdOiicKngsIFgh0z3q6UmMQwc9oactOxynj2jhALBC1MrGihIGDFQJ"
                + "nQIDAQAB",
            signature:
                "CHr5MC5pGyR/Onwhi3Z2JsZcfDz5X/1Jg13/ws1HgCNYwuNgerhRq8tII2w6w0QddaguoJadRROgnNJKypT1RPg6BNMpflx0"
                + "eUHUvRiDEH4Ff964CzvbzIBhfjAFg2P91zuAZdGb8XX5yuEEPokoRnZeeVk+2jcHsIUmd0p3hMWLyFSaUYF9ikzdkgaXLFUB"
                + "nMq+VOumv3/qJ2x4EVw1lAzD++GdM1yf1tK5ZZVQQ/shb+99hW538yNXrJtnjqgf4G3L/Nwb3hCLfcYAaFm0jE3Chcpd/RH8"
                + "07oXH/MaAI2VufhC6VtSj6EPw8ZK8lhoUaXRwnoNoRcdhTob0x0Ckw=="),
        SignatureVector(
            name: "RSA", scheme: .rsaPSS(.sha512),
            key: "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA2JhJZkSI1u79tGsP5N1SOlBtDoBKX5aZ6DZwRP5VlSeAy2YVL01n"
                + "XIBk+iq8xatk0IXHuC8DZGuD6vlUfL45ZmiRx8zxkKy4nHCAEia1BGFI0d6JltE5AULi6m8So1mCEqOU1HdYT9uJhYKj4xMx"
                + "hPtVwgoJTH54ZDvCV4w+VzkPaFN5YTrqDHj4xx+FqKFdU7GmSxkFS62GESqdk71oEwt2tbhWAMYwpDkGNV6dI6strF+vrhSm"
                + "PE7+d2B/vMpa7vzl6pIi7xnVrqV963jJEWOG0G93rOQdOiicKngsIFgh0z3q6UmMQwc9oactOxynj2jhALBC1MrGihIGDFQJ"
                + "nQIDAQAB",
            signature:
                "ZVMhg3jycqSFCpf3wbAb1syUtn70ucrP28EScs7gl9CDYTeISfdjZrw+3oeQxOD2yOZu6OAE8LqvXbi1ry1JONebmyWDpueG"
                + "Ujt1g7lT4BKR2rhsZb/JOvAzqXLf9TFzogBYKg6aDtcOP8s0TQ2RFlvVVLmGTvOUDFQwtlZh+OTGtwSGUNkdpBQskt05+o1C"
                + "OSCagh07bjBCld9z7ACkrC8LNtzPrx9YDkTm0MBNETXD3eOfhVGS2ebVQWoPf5F9/spJnXIn6GgEiGCG1f0jApP8/+qX1nGd"
                + "FHt8NUxj0hjCCepfN5737UDvPtaP5SV6UdSEvKXOcTNZh9Mxwjk+kg=="),
        SignatureVector(
            name: "RSA with PSS only", scheme: .rsaPSS(.sha256),
            key: "MIIBIDALBgkqhkiG9w0BAQoDggEPADCCAQoCggEBAKtzousT7FsH+SqKeee/SzkyLVr15+7+IlqGdTj2hZlwTKPiLphLjCt9"
                + "Tyl/ecjFyFQGhJXy0J/ujbLzaQuTDoC7UGh2fgfseDYjSVZyfOmZoIYkD4agpfutrpC0wiyD4263lD98Ke6xWIu8o0s/E2vz"
                + "DrQpFg1UomhnOtQj3VbbnnjO/lJvc055RdlRdm5StV18WOm+wydFhQxgGB2Ds/idfvXbu10/Kb6TqHTrlnHi2fjXQm3ig0Ij"
                + "y4nfwTX1M9oMlSL2Vw2SIX1uYUHqJBAyN+wwm2bEi9gcUPv8dLmEHo78qxgn8hzEwoDOTzHvEM5YbhyoBopRyEfqFPbJ4CMC"
                + "AwEAAQ==",
            signature:
                "AFXjr/Qpoeiw+8Vdwt6MtdRLEmQpqCKDRYnSVsZAMQ6voBHBOYebaN/Ku7khj+rikljbGT3/BglkuO1SpUkOGKp6/6Vc4Wdm"
                + "dn9X+NrTFgn1nmd8ElLz414g7KfQ/402ADpgxdnGE0CuyC7M1oriQ8AzfzLzmIz3RUTXZ1dRT13UAjR/WQDVj+VNa1kwjMLH"
                + "bJ0vDRaDC77bqNw5dTES31MipdFIoYLXYkkbIR6wMdC3uCmL9xCVlRlnG5ijf84YrM/uSePh+O3TYu9dT7J/EgX6XjdZSS1b"
                + "eo+/o8Mdl8sXBIvb1x+FMd/iTAxWd3/GYKCiAbwh7IjimaB3Z9SjPg=="),
        SignatureVector(
            name: "Ed25519", scheme: .ed25519,
            key: "MCowBQYDK2VwAyEAGCJJ/Gp0vBOFjDvjJtVSSijOFXHrRcBSM55wzbpjK4E=",
            signature: "u1oCWdPPeWqYo6bv+IgEkEvX3q36NdY4mZpN2vCuF53ms1QBIxDVbXNnSn0Xxbq309wVL9y0mrCS7+nt/uIsAg=="),
    ]
}
