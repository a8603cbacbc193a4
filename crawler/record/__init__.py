"""Reading what is held again, without network: after a kill, a mended profile, or an import."""
