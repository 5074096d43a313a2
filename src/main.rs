//! The program; all of it is in the library, so that what reads outside data can be fuzzed.

use std::process::ExitCode;

fn main() -> ExitCode {
    callsync::main()
}
