/// Trust material made for the seeds that are named `own-…`; its private keys were thrown away.
enum Minted {
    static let trustRoot = #"""
        {
         "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
         "tlogs": [
          {
           "baseUrl": "https://log.example.com",
           "hashAlgorithm": "SHA2_256",
           "publicKey": {
            "rawBytes": "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE1bVW91d0NIG4HdGrrejbSg1ZVa+jw7m5AcuuR2J0uXgPMrMRPQbpVEag7SVrWLfRCCQmxTmPW4/6VZhB0oaZAQ==",
            "keyDetails": "PKIX_ECDSA_P256_SHA_256",
            "validFor": {
             "start": "2020-01-01T00:00:00Z"
            }
           },
           "logId": {
            "keyId": "mzK7iFYp0R7g7GpRa4WPhmmZDDEfHTi7OJoBXkW/bYQ="
           }
          }
         ],
         "certificateAuthorities": [
          {
           "subject": {
            "organization": "fuzz",
            "commonName": "fuzz root"
           },
           "uri": "https://ca.example.com",
           "certChain": {
            "certificates": [
             {
              "rawBytes": "MIIBOzCB46ADAgECAgEHMAoGCCqGSM49BAMCMBQxEjAQBgNVBAMMCWZ1enogcm9vdDAeFw0yMDAxMDEwMDAwMDBaFw00MDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMMCWZ1enogcm9vdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABKKn80mBz79/XwoS640ScHc05g23LLBtTbpM6Z7rjrZAp34FuDopPMjwf3kJ7U+V7Drc1xYxamzauejDJL75wFGjJjAkMBIGA1UdEwEB/wQIMAYBAf8CAQEwDgYDVR0PAQH/BAQDAgEGMAoGCCqGSM49BAMCA0cAMEQCIBoJJrHlk45px4a5p67N31d72dRhpaFPv2upcNtaLPNRAiBVRFqnWB/RN6tWcnIkqdweUUYLAtFjL6I1lNtFEPrkKg=="
             }
            ]
           },
           "validFor": {
            "start": "2020-01-01T00:00:00Z",
            "end": "2040-01-01T00:00:00Z"
           }
          }
         ]
        }
        """#

    /// The key of the envelopes, and the leaf certificate's.
    static let keys = """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAErtACpHE0euPrhzerA8huPVEoVbAe
        tGh4mEfFDMtiDi5XJUMuaxuC9aWR09II2QeZF8loZ3mcQJTNlV+mzRzsew==
        -----END PUBLIC KEY-----
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEShfnRVSBAQAbup9th/B7POcHrye7
        4VwTRjj8D1st9UKXXGf8YhJ8l2woHR/KA+LBH7e5/0PrY3Hp1BUO0s1AgQ==
        -----END PUBLIC KEY-----

        """

    /// The digests of the artifact, the text "fuzz" with a line feed.
    static let digests = """
        sha256:a39bf0d387c9e7c1bdabf58cee39ccd756e9e3c023a877034b470693dc69b168
        sha384:2d603a816e2f049e807a8b7fbe6e08c3ffc51d23cadefe7514b3dede0987a129c5d3199ef3c9def4f67e8e720e0aa307
        sha512:dc2ff26852fa726da7cf1cb9fbfcf3e32eb72e0c5e34a37f0db8a85c1ee948a01b7f54a76e1f5cc57c798a57d825b7f4847ce1dda0c8ffc75baf4d7ba7a1f348
        """
}
