"""The subcommands of `itsme`. Each module is light; what a command needs beyond click is loaded when it runs."""
