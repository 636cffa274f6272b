//! What only the course needs: predictions, exercise checks, the ledger of claims.
