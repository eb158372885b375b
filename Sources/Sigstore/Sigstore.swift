// Sigstore
