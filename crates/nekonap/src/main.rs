//! The `nekonap` program: everything is in the library, so that the scenarios can run it in their own process.

use std::process::ExitCode;

/// Small allocations dominate, over many threads, for weeks: it stays smaller and faster than the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    nekonap::main()
}
