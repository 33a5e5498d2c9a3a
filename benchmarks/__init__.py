"""What Turbil's figures are measured with; each module is run by a target of the Makefile."""
