"""What `itsme doctor` looks at, one idea a module. No check shows a value that may be secret."""
