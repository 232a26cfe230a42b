//! The integration tests: what a user of the command or the library sees, and the rules of the house that no compiler holds.
#![allow(clippy::print_stdout, clippy::panic, clippy::too_many_lines, reason = "tests print their tables and state whole repositories")]
#![expect(clippy::expect_used, clippy::disallowed_methods, reason = "a test that cannot read its fixture must fail")]

mod cli;
mod determinism;
mod diff;
mod examples;
mod facts;
mod frameworks;
mod git;
mod go_routers;
mod golden;
mod helm;
mod integrity;
mod layering;
mod platform;
mod postgres;
mod revision;
mod robustness;
mod scratch;
mod secrets;
mod stated;
